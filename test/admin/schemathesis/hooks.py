"""What Schemathesis has to know of Eyrie that its OpenAPI document cannot say."""

import os
import re

import requests
import schemathesis
from hypothesis import strategies as st

issuer = os.environ["FUZZED_ISSUER"]
client_id = os.environ["FUZZED_CLIENT_ID"]
client_secret = os.environ["FUZZED_CLIENT_SECRET"]

# Formats that are not those of JSON Schema.
schemathesis.openapi.format("username", st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789.-_é", min_size=1, max_size=255))
schemathesis.openapi.format("time-zone", st.sampled_from(["UTC", "Europe/Zurich", "America/New_York", "Asia/Kathmandu"]))
schemathesis.openapi.format("language-tag", st.sampled_from(["en", "de-CH", "zh-Hant-TW", "pt-BR"]))

# What is refused with 400 although it follows the document, since no schema can say it: the operations, what the problem says, and why.
beyond_schemas = [
    (r"DELETE /admin/grants$", r"^user_id or client_id must say", "one of two parameters of the query"),
    (r"(POST|PATCH) /admin/claims/rules", r".", "which members go with a source, and names of clients and resources"),
    (r"POST /admin/roles$", r"^(client_id|resource) ", "one owner, which must be there"),
    (r"(POST|PATCH) /admin/groups", r"^parent_id ", "must be the id of a group"),
    (r"(POST|PATCH) /admin/clients", r".", "rules between members of client metadata (RFC 7591), and keys (RFC 7517)"),
    (r"PUT /admin/clients/{client_id}/managers", r"^user_id must be", "must be the id of a user with a role"),
    (r"(POST|PATCH|PUT) /admin/users", r"(^|; )password ", "must be hard to guess"),
    (r"PATCH /admin/users/{user_id}/attributes", r"^attributes\.", "attributes are declared while the service runs"),
    (r"PUT /admin/attributes$", r".", "which members go with a type"),
    (r"(POST|PATCH) /admin/organizations(/[^/]+)?$", r"^(upstream must be|default_roles has|(join_by|require)_upstream needs)",
     "the alias of an upstream, roles of the organization, and members that go together"),
    (r"POST /admin/organizations/.*/domains$", r"^domain must be", "names of DNS, and public suffixes"),
    (r"PUT /admin/organizations/.*/members", r"^roles has a role", "must be roles of the organization"),
    (r"PUT /admin/(assertion-policies|trusted-issuers|upstreams)$", r".", "which members go together, and names of others"),
    (r"PUT /admin/authorization-details-types$", r".", "a JSON Schema, and words with its members"),
    (r"PUT /admin/resources$", r"^(scopes|translations|identifier)\b", "scopes of Eyrie itself, languages, and hosts of URIs"),
    (r"POST /admin/user-imports$", r"^the (file|first line) ", "lines of a file"),
    (r".", r"(^|; )(email|birthdate|picture|profile|website|[a-z_]*_uris?|issuer|audience) must be",
     "formats whose generators are wider than what the field's libraries take: quoted local parts, hosts that cannot be"),
]


@schemathesis.auth(refresh_interval=300, retry_on=[401])
class ClientCredentials:
    """Some requests revoke the grants of the client that sends them: then it gets another token."""

    def get(self, case, context):
        response = requests.post(
            f"{issuer}/token",
            data={"grant_type": "client_credentials", "scope": "eyrie.admin"},
            auth=(client_id, client_secret),
            timeout=10,
        )
        return response.json()["access_token"]

    def set(self, case, data, context):
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def filter_case(context, case):
    """No request is about the client that sends them all, and none is longer than Node.js reads."""
    values = [*(case.path_parameters or {}).values(), *(case.query or {}).values()]
    return client_id not in values and sum(len(str(value).encode()) for value in values) < 4096


@schemathesis.hook
def filter_failure(context, failure, case, response):
    if type(failure).__name__ != "RejectedPositiveData" or response.status_code != 400:
        return True
    detail = response.json().get("detail", "")
    return not any(
        re.match(operations, case.operation.label) and re.search(rule, detail) for operations, rule, _ in beyond_schemas
    )


@schemathesis.serializer("application/x-ndjson", "application/jsonl")
def json_lines(context, value):
    return value if isinstance(value, bytes) else str(value).encode()
