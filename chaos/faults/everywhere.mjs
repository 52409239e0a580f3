/** All replicas. */
export const everywhere = ({ service }) => service.replicas.map((_, index) => index);
