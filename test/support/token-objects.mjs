// Prints, as JSON, the private keys of the token whose settings are in the environment. With `destroy <id>`, one of them is destroyed;
// with `pin <new>`, the PIN is changed first.
import pkcs11 from 'pkcs11js';

const { EYRIE_PKCS11_MODULE: path, EYRIE_PKCS11_TOKEN: label, EYRIE_PKCS11_PIN: pin } = process.env;
const [act, wanted] = process.argv.slice(2);

const module = new pkcs11.PKCS11();
module.load(path);
module.C_Initialize();
const slot = module.C_GetSlotList(true).find((one) => module.C_GetTokenInfo(one).label.trim() === label);
const session = module.C_OpenSession(slot, pkcs11.CKF_SERIAL_SESSION | pkcs11.CKF_RW_SESSION);
module.C_Login(session, pkcs11.CKU_USER, pin);
if (act === 'pin') module.C_SetPIN(session, pin, wanted);
module.C_FindObjectsInit(session, [{ type: pkcs11.CKA_CLASS, value: pkcs11.CKO_PRIVATE_KEY }]);
const found = module.C_FindObjects(session, 1_000);
module.C_FindObjectsFinal(session);

const attribute = (object, type) => module.C_GetAttributeValue(session, object, [{ type }])[0].value;
const keys = found.map((object) => {
  const id = attribute(object, pkcs11.CKA_ID).toString('hex');
  if (act === 'destroy' && id === wanted) module.C_DestroyObject(session, object);
  return { id, object };
});
const left = keys.filter(({ id }) => act !== 'destroy' || id !== wanted);
console.log(
  JSON.stringify(
    left.map(({ id, object }) => ({
      id,
      label: attribute(object, pkcs11.CKA_LABEL).toString(),
      isSensitive: attribute(object, pkcs11.CKA_SENSITIVE)[0] === 1,
      isExtractable: attribute(object, pkcs11.CKA_EXTRACTABLE)[0] === 1,
      wasEverExtractable: attribute(object, pkcs11.CKA_NEVER_EXTRACTABLE)[0] !== 1,
      canBeRead: canBeRead(object),
    })),
  ),
);
module.C_Finalize();

function canBeRead(object) {
  for (const type of [pkcs11.CKA_VALUE, pkcs11.CKA_PRIVATE_EXPONENT]) {
    try {
      if (attribute(object, type).length > 0) return true;
    } catch {
      // Refused, as it should be.
    }
  }
  return false;
}
