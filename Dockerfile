# Node.js 22 is a long-term support release. From 24.19 on, Node.js 24 ends processes that use better-sqlite3 12
# (https://github.com/nodejs/node/issues/65446). The full image of the first two stages holds the compilers that
# better-sqlite3 needs where its prebuilt binary cannot be downloaded; the last stage has none.

FROM node:22-bookworm AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages/guard/package.json packages/guard/

FROM manifests AS build
RUN npm ci --workspace=packages/guard --include-workspace-root
COPY tsconfig.json nest-cli.json ./
COPY scripts scripts
COPY packages/guard packages/guard
COPY src src
RUN npm run build

# npm keeps what only tests use where Nest could use it too, and Nest loads the first two whenever it finds them.
FROM manifests AS dependencies
RUN npm ci --omit=dev --workspace=packages/guard --include-workspace-root \
    && rm -rf node_modules/@nestjs/microservices node_modules/@nestjs/websockets node_modules/@nestjs/platform-socket.io

FROM node:22-bookworm-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000
WORKDIR /app
# The embedded database's folder is the only one that the service writes to. The user `node` has the id 1000.
RUN install --directory --owner=1000 --group=1000 --mode=0700 data
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/packages/guard/package.json packages/guard/
COPY --from=build /app/packages/guard/dist packages/guard/dist
COPY --from=build /app/dist dist
COPY --from=build /app/scripts/health.mjs scripts/
COPY package.json ./
# `eyrie` is on the PATH: docker run … eyrie --help
RUN chmod 0755 dist/cli.js && ln -s /app/dist/cli.js /usr/local/bin/eyrie
USER 1000:1000
VOLUME /app/data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 CMD ["node", "scripts/health.mjs"]
# Node.js is process 1 and gets the signals itself. Source maps would cost a tenth of the time to start and 15 MB, and the image has no sources.
CMD ["node", "dist/main.js"]
