// openapi-backend as a mock server: node openapi_backend.cjs DOCUMENT PORT [unvalidated]
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const { OpenAPIBackend } = require(path.join(__dirname, "..", "node_modules", "openapi-backend"));

const [file, port, unvalidated] = process.argv.slice(2);
const definition = JSON.parse(fs.readFileSync(file, "utf8"));
// It looks for a path without the slash at its end, whatever the document has.
definition.paths = Object.fromEntries(
  Object.entries(definition.paths).map(([template, item]) => [template.replace(/(.)\/$/, "$1"), item]),
);
const answer = (response, status, body) => {
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { "content-type": "application/json", "content-length": text.length });
  response.end(text);
};
const bearer = (context) => /^Bearer .+/i.test(context.request.headers.authorization || "");

const api = new OpenAPIBackend({ definition, quick: true, validate: !unvalidated, ajvOpts: { strict: false, validateFormats: false } });
api.register({
  notImplemented: (context, _request, response) => {
    const asked = context.operation.security || definition.security || [];
    if (asked.length && !context.security.authorized) return answer(response, 401, { message: "no token" });
    const { status, mock } = api.mockResponseForOperation(context.operation.operationId);
    return answer(response, status, mock);
  },
  validationFail: (context, _request, response) => answer(response, 422, { errors: context.validation.errors }),
  notFound: (_context, _request, response) => answer(response, 404, { message: "not found" }),
  methodNotAllowed: (_context, _request, response) => answer(response, 405, { message: "not allowed" }),
});
for (const name of Object.keys((definition.components || {}).securitySchemes || {})) {
  api.registerSecurityHandler(name, bearer);
}

api.init().then(() => {
  http
    .createServer((request, response) => {
      const chunks = [];
      request.on("data", (chunk) => chunks.push(chunk));
      request.on("end", () => {
        const [pathname, query] = request.url.split("?");
        const body = Buffer.concat(chunks).toString();
        const parsed = { method: request.method, path: pathname, query, headers: request.headers, body };
        api.handleRequest(parsed, request, response).catch((error) => answer(response, 500, { message: String(error) }));
      });
    })
    .listen(Number(port), "127.0.0.1");
});
