// A SCIM server made of the npm packages scimmy and scimmy-routers, as their documentation shows it: users and groups in memory, one bearer
// token. The handlers are plain on purpose: they neither add defects nor hide those of the library.
//
//   SCIM_TOKEN=secret SCIM_PORT=8080 node server.mjs     (without SCIM_PORT: any free port)
import { randomUUID } from "node:crypto";
import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";

const token = process.env.SCIM_TOKEN;
if (!token) throw new Error("SCIM_TOKEN is not set");

// So that it never outlives the tests that started it: they hold the other end of its standard input.
if (process.argv.includes("--until-stdin-closes")) process.stdin.resume().on("end", () => process.exit());

/** The handlers of one resource type over a Map, in order of insertion. `refuse` throws where a write would break a rule. */
function inMemory(what, refuse = () => {}) {
    const store = new Map();
    const find = (id) => {
        const found = store.get(id);
        if (!found) throw new SCIMMY.Types.Error(404, null, `${what} ${id} not found`);
        return found;
    };
    return {
        ingress(resource, instance) {
            const old = resource.id && find(resource.id);
            const id = old ? old.id : randomUUID();
            refuse(instance, [...store.values()].filter((other) => other.id !== id));
            const now = new Date().toISOString();
            const data = { ...JSON.parse(JSON.stringify(instance)), id, meta: { created: old?.meta.created ?? now, lastModified: now } };
            store.set(id, data);
            return data;
        },
        egress(resource) {
            if (resource.id) return find(resource.id);
            const all = [...store.values()];
            return resource.filter ? resource.filter.match(all) : all;
        },
        degress(resource) {
            store.delete(find(resource.id).id);
        },
    };
}

const sameUserName = (user, others) => {
    const taken = (other) => other.userName.toLowerCase() === user.userName.toLowerCase();
    if (others.some(taken)) throw new SCIMMY.Types.Error(409, "uniqueness", `userName ${user.userName} is already taken`);
};

SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false);
SCIMMY.Resources.declare(SCIMMY.Resources.User, inMemory("User", sameUserName));
SCIMMY.Resources.declare(SCIMMY.Resources.Group, inMemory("Group"));

const handler = (request) => {
    const [scheme, given] = (request.header("Authorization") ?? "").split(" ");
    if (scheme.toLowerCase() !== "bearer" || given !== token) throw new Error("Authorization failed: no valid bearer token");
    // The token stands for no user of the directory, so there is no ID to return.
};

const app = express();
app.use("/scim/v2", new SCIMMYRouters({ type: "bearer", handler }));

const server = app.listen(Number(process.env.SCIM_PORT ?? 0), "127.0.0.1", () => {
    console.log(`listening on http://127.0.0.1:${server.address().port}/scim/v2`);
});
