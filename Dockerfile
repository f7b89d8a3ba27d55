# The operator: no shell, not root, nothing to write, and of Deno's permissions only those it uses.
ARG DENO_VERSION=2.9.6

FROM denoland/deno:bin-${DENO_VERSION} AS deno

FROM gcr.io/distroless/cc-debian12 AS build
COPY --from=deno /deno /usr/bin/deno
ENV DENO_DIR=/deno-dir
WORKDIR /app
COPY deno.json deno.lock main.ts ./
COPY controllers controllers
COPY crds crds
COPY ipam ipam
COPY kube kube
COPY reconcile reconcile
COPY runtime runtime
COPY web web
# Every dependency with the checksum of the lock file, and every module as JavaScript.
RUN ["deno", "cache", "--frozen", "main.ts"]

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=deno /deno /usr/bin/deno
COPY --from=build /deno-dir /deno-dir
COPY --from=build /app /app
ENV DENO_DIR=/deno-dir DENO_NO_UPDATE_CHECK=1
WORKDIR /app
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["deno", "run", "--no-prompt", "--cached-only", "--no-remote", "--frozen", "--deny-import", "--v8-flags=--max-old-space-size=512,--max-semi-space-size=8", "--allow-read=/var/run/secrets/kubernetes.io/serviceaccount", "--allow-env=KUBERNETES_SERVICE_HOST,KUBERNETES_SERVICE_PORT,POD_NAME,POD_NAMESPACE"]
# The last permission depends on the cluster: deploy/base narrows it to the API server and the port below.
CMD ["--allow-net", "main.ts", "--http=0.0.0.0:8080"]
