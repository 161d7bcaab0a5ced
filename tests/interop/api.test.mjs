// SPDX-License-Identifier: MIT
// The server's API as the official client sees it: middleware, handlers, namespaces, selections. The server
// does what its clients command; see conformance/api_server.cpp.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Manager } from "socket.io-client";
import { ask, modes, next, open, ready } from "./client.mjs";
import { start, within } from "./server.mjs";

let server, control;
before(async () => {
  server = await start("API_SERVER");
  control = new Manager(server.url, { transports: ["websocket"] }).socket("/");
  await next(control, "connect");
  await journal();
});
after(() => {
  control.disconnect();
  return server.stop();
});

const by_websocket = modes["by websocket"];

/** The one value that a command is answered with. */
const command = async (socket, event, ...args) => (await ask(socket, event, ...args))[0];

/** What the server has noted since it was asked last. */
const journal = (socket = control) => command(socket, "journal");

/** Waits until `true_at_last()`. */
async function until(true_at_last, what) {
  const tried = async () => {
    while (!(await true_at_last())) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await within(tried(), what);
}

/** A connected socket, with a list of what it has `heard`. */
async function connected(t, namespace, options = by_websocket, through = server) {
  const socket = open(t, through, namespace, options);
  socket.heard = [];
  socket.onAny((...event) => socket.heard.push(event));
  return ready(socket);
}

/** Three, one in each mode. */
const three = (t, namespace = "/custom") =>
  Promise.all(Object.values(modes).map((mode) => connected(t, namespace, mode)));

/** What each has heard until now: an answer overtakes nothing. */
async function heard(...sockets) {
  await Promise.all(sockets.map((socket) => ask(socket, "rooms")));
  return sockets.map((socket) => socket.heard.splice(0));
}

/** Which sockets a command is about. */
const choose = (of = {}) => ({ rooms: [], except: [], others: false, is_volatile: false, ...of });

/** The ids, in any order. */
const ids = (...sockets) => sockets.map(({ id }) => id).sort();

describe("middleware", () => {
  let count = 0;
  const entering = (t, refuse, mode = by_websocket) => {
    const name = `client${++count}`;
    const socket = open(t, server, "/guarded", { ...mode, auth: { name, refuse } });
    return { name, socket };
  };
  /** What the journal says of somebody until a line that ends it. */
  const story = async (name, last) => {
    const lines = [];
    await until(async () => {
      lines.push(...(await journal()).filter((line) => line.startsWith(`${name} `)));
      return lines.some((line) => line.startsWith(`${name} ${last}`));
    }, `${name} ${last}`);
    return lines.map((line) => line.slice(name.length + 1));
  };

  for (const [mode, options] of Object.entries(modes)) {
    it(`F-170: ${mode}: asked in order, once, before on_connect; not connected until then`, async (t) => {
      const { name, socket } = entering(t, "", options);
      const [asked, is_connected] = await next(socket, "asked");
      assert.deepEqual(asked, ["first", "second", "third"]);
      assert.equal(is_connected, true);
      assert.deepEqual(await story(name, "connect"), ["first", "second", "third", "connect"]);
    });

    it(`F-171: ${mode}: refused with message and data; no other is asked; the connection stays`, async (t) => {
      const manager = new Manager(server.url, { ...options, reconnection: false });
      const socket = manager.socket("/guarded", { auth: { name: `${mode} 171`, refuse: "second" } });
      const other = manager.socket("/custom");
      t.after(() => (socket.disconnect(), other.disconnect()));
      socket.on("connect", () => assert.fail("it was let in"));
      const [[error]] = await Promise.all([next(socket, "connect_error"), next(other, "connect")]);
      assert.ok(error instanceof Error);
      assert.equal(error.message, "refused by second");
      assert.deepEqual(error.data, { by: "second", list: [1, null, "ü"] });
      assert.equal(socket.connected, false);
      assert.deepEqual(await story(`${mode} 171`, "second"), ["first", "second"]);
      assert.deepEqual(await command(other, "rooms"), [other.id]);

      // It may ask again, over the same connection.
      socket.off("connect");
      socket.auth.refuse = "";
      const asked = next(socket, "asked");
      socket.connect();
      assert.deepEqual(await asked, [["first", "second", "third"], true]);
      assert.equal(socket.io.engine, other.io.engine);
    });
  }

  it("F-171: the first refusal counts, also by the first", async (t) => {
    const { name, socket } = entering(t, "first");
    const [error] = await next(socket, "connect_error");
    assert.deepEqual([error.message, error.data.by], ["refused by first", "first"]);
    assert.deepEqual(await story(name, "first"), ["first"]);
  });

  it("F-171: a refusal without data has none", async (t) => {
    const { name, socket } = entering(t, "third");
    const [error] = await next(socket, "connect_error");
    assert.equal(error.message, "no data");
    assert.equal(error.data, undefined);
    assert.deepEqual(await story(name, "third"), ["first", "second", "third"]);
  });

  it("F-171: who is refused is in no room, and nobody's handlers hear of it", async (t) => {
    const inside = await connected(t, "/guarded", { ...by_websocket, auth: { name: "insider" } });
    const { name, socket } = entering(t, "third");
    await next(socket, "connect_error");
    await until(async () => {
      const found = await command(inside, "fetch", choose({ rooms: ["waiting"] }));
      return found.length === 1 && found[0].id === inside.id; // a client that upgrades leaves a little later
    }, "the one inside alone");
    const again = entering(t, "");
    assert.deepEqual(await story(again.name, "connect"), ["first", "second", "third", "connect"]);
    assert.ok(!(await journal()).some((line) => line.startsWith(name)));
  });

  it("F-172: a client that goes meanwhile: nothing comes of the answer", async (t) => {
    const { name, socket } = entering(t, "slowly");
    const manager = socket.io;
    await next(manager, "open");
    await story(name, "second");
    manager.engine.close();
    socket.disconnect();
    const patient = entering(t, "slowly");
    assert.equal((await next(patient.socket, "connect_error"))[0].message, "slowly");
    assert.deepEqual(
      (await journal()).filter((line) => line.startsWith(`${name} `)),
      [],
    );
  });

  it("F-132: disconnecting with the rooms still set, then disconnect", async (t) => {
    const { name, socket } = entering(t, "");
    await next(socket, "asked");
    await ask(socket, "join", ["a", "b"]);
    socket.disconnect();
    assert.deepEqual((await story(name, "disconnect, ")).slice(4), [
      "disconnecting, in 4: client namespace disconnect",
      "disconnect, in 0: client namespace disconnect",
    ]);
  });

  it("nothing is lost that is said before on_connect, and its order stays", async (t) => {
    const { name, socket } = entering(t, "");
    for (let i = 0; i < 3; ++i) socket.emit("greet", String(i));
    socket.on("connect", () => socket.emit("greet", "connected"));
    assert.deepEqual((await story(name, "greet connected")).slice(3), [
      "connect",
      "greet 0",
      "greet 1",
      "greet 2",
      "greet connected",
    ]);
  });

  it("F-170: once for each socket and namespace", async (t) => {
    const socket = await connected(t, "/", { ...by_websocket, auth: { name: "somebody" } });
    const other = socket.io.socket("/custom", { auth: { name: "somebody" } });
    t.after(() => other.disconnect());
    await next(other, "connect");
    assert.equal((await journal()).filter((line) => line === "asked about somebody").length, 1);
  });
});

describe("handlers", () => {
  it("F-131: several, in order, once, and taken out again", async (t) => {
    const socket = await connected(t, "/strict");
    const greet = async (text) => {
      socket.emit("greet", text);
      return (await journal(socket)).filter((line) => !line.includes("any"));
    };
    assert.deepEqual(await greet("a"), [
      "nsp one",
      "nsp two",
      "nsp once",
      "socket one",
      "socket two",
      "socket once",
    ]);
    assert.deepEqual(await greet("b"), ["nsp one", "nsp two", "socket one", "socket two"]);
    socket.emit("remove");
    assert.deepEqual(await greet("c"), ["nsp one", "nsp two", "socket one"]);
    const other = await connected(t, "/strict");
    other.emit("greet", "d");
    assert.deepEqual(
      (await journal(other)).filter((line) => !line.includes("any")),
      ["nsp one", "nsp two", "socket one", "socket two", "socket once"],
    );
  });

  it("F-129: any event, also unknown ones, in order; taken out again", async (t) => {
    const socket = await connected(t, "/strict");
    await journal(socket);
    socket.emit("whatever", 1, "two", Buffer.from([3]));
    assert.deepEqual(await journal(socket), [
      "first any whatever 3",
      "any whatever 3",
      "socket any whatever 3",
    ]);
    socket.emit("remove");
    await journal(socket);
    socket.emit("whatever");
    assert.deepEqual(await journal(socket), ["first any whatever 0", "any whatever 0"]);
  });

  it("F-130: what goes out, once for each who gets it", async (t) => {
    const [one, two] = [await connected(t, "/strict"), await connected(t, "/strict")];
    await Promise.all([ask(one, "join", ["told"]), ask(two, "join", ["told"])]);
    await journal(one);
    await ask(one, "tell", choose({ rooms: ["told"] }), "told", [1, "two"]);
    assert.deepEqual(
      (await journal(one)).filter((line) => line.startsWith("outgoing")),
      ["outgoing told 2", "outgoing told 2"],
    );
    assert.deepEqual(await heard(one, two), [[["told", 1, "two"]], [["told", 1, "two"]]]);
  });

  it("F-128, F-174: a middleware for events refuses: no handler, no acknowledgement, on_error", async (t) => {
    const socket = await connected(t, "/strict");
    await journal(socket);
    socket.emit("forbidden", "x", () => assert.fail("it was acknowledged"));
    assert.deepEqual(await journal(socket), [
      "first any forbidden 1",
      "any forbidden 1",
      "socket any forbidden 1",
      "forbidden: the event was refused: not here",
    ]);
    socket.emit("greet", "rude");
    assert.deepEqual(
      (await journal(socket)).filter((line) => !line.includes("any")),
      ["greet: the event was refused: be polite"],
    );
    socket.emit("greet", "kind");
    assert.ok((await journal(socket)).includes("nsp one"));
  });

  it("F-178: an event that is called error is like any other", async (t) => {
    const socket = await connected(t, "/strict");
    await journal(socket);
    socket.emit("error", new Error("x").message);
    assert.ok((await journal(socket)).includes("any error 1"));
  });

  it("F-126: disconnect(true) ends all namespaces of the connection", async (t) => {
    const socket = await connected(t, "/custom", { ...by_websocket, reconnection: false });
    const other = socket.io.socket("/strict");
    t.after(() => other.disconnect());
    await next(other, "connect");
    const gone = Promise.all([next(socket, "disconnect"), next(other, "disconnect")]);
    socket.emit("quit", true);
    assert.deepEqual(
      (await gone).map(([reason]) => reason),
      ["io server disconnect", "io server disconnect"],
    );
    await until(() => socket.io._readyState === "closed", "the end of the connection");
  });

  it("F-121: the query of the connection, in each of its namespaces", async (t) => {
    const socket = await connected(t, "/custom", { ...by_websocket, query: { key1: "1 2", key2: "&ü" } });
    const other = socket.io.socket("/strict");
    t.after(() => other.disconnect());
    await next(other, "connect");
    for (const one of [socket, other]) {
      const query = new URLSearchParams(await command(one, "query"));
      assert.deepEqual([query.get("key1"), query.get("key2"), query.get("EIO")], ["1 2", "&ü", "4"]);
    }
  });
});

describe("questions of the server to one client", () => {
  for (const [mode, options] of Object.entries(modes)) {
    it(`F-123, F-160: ${mode}: answered, with several values and binary both ways`, async (t) => {
      const socket = await connected(t, "/custom", options);
      const bytes = Buffer.from([0, 1, 254]);
      socket.on("question", (question, answer) => answer([question, { bytes: [bytes] }, null]));
      assert.deepEqual(await command(socket, "ask_me", 10_000, { bytes }), {
        error: "",
        answers: [{ id: socket.id, values: [{ bytes }, { bytes: [bytes] }, null] }],
        missing: [],
      });
    });
  }

  it("F-153: no answer in time, and a late one does no harm", async (t) => {
    const socket = await connected(t, "/custom");
    let answer;
    socket.on("question", (_, give) => (answer = give));
    assert.equal((await command(socket, "ask_me", 20, "?")).error, "no acknowledgement came in time");
    answer(["late"]);
    assert.deepEqual(await command(socket, "rooms"), [socket.id]);
    socket.off("question").on("question", (_, give) => give(["in time"]));
    assert.deepEqual((await command(socket, "ask_me", 10_000, "?")).answers[0].values, ["in time"]);
  });

  it("F-151: answered twice: the first counts", async (t) => {
    const socket = await connected(t, "/custom");
    socket.on("question", (question, answer) => (answer([question, 1]), answer([question, 2])));
    assert.deepEqual((await command(socket, "ask_me", 10_000, "a")).answers[0].values, ["a", 1]);
    assert.deepEqual((await command(socket, "ask_me", 10_000, "b")).answers[0].values, ["b", 1]);
  });
});

describe("dynamic namespaces", () => {
  it("F-104, F-083: by a pattern, whose parts can be read", async (t) => {
    for (const [name, parts] of [
      ["/orders-1", ["1"]],
      ["/orders--22", ["-22"]],
      ["/shop/tea room/desk-7", ["tea room", "7"]],
    ]) {
      const socket = await connected(t, name);
      assert.deepEqual(await command(socket, "parts"), parts);
    }
  });

  it("F-104: what no pattern knows is an invalid namespace", async (t) => {
    for (const name of [
      "/orders-",
      "/orders-x",
      "/orders-1x",
      "/orders-007",
      "/xorders-1",
      "/shop//desk-1",
    ]) {
      const socket = open(t, server, name, by_websocket);
      assert.equal((await next(socket, "connect_error"))[0].message, "Invalid namespace", name);
    }
  });

  it("F-104: by a predicate of the name, and of what the client shows", async (t) => {
    await connected(t, "/by-name/anything");
    await connected(t, "/by-auth/1", { ...by_websocket, auth: { key: "open" } });
    const socket = open(t, server, "/by-auth/2", { ...by_websocket, auth: { key: "shut" } });
    assert.equal((await next(socket, "connect_error"))[0].message, "Invalid namespace");
  });

  it("F-104, F-094: the parent's middlewares and handlers; made once, also for many at a time", async (t) => {
    const sockets = await Promise.all(Array.from({ length: 10 }, () => connected(t, "/orders-104")));
    assert.deepEqual(await command(sockets[0], "tell", choose(), "all", []), 0);
    assert.deepEqual(
      await heard(...sockets),
      sockets.map(() => [["all"]]),
    );
    const refused = open(t, server, "/orders-105", { ...by_websocket, auth: { name: "nobody" } });
    assert.equal((await next(refused, "connect_error"))[0].message, "you are nobody");
    const made = (await journal()).filter((line) => line.startsWith("new /orders-10"));
    assert.deepEqual(made, ["new /orders-104", "new /orders-105"]);
  });

  it("F-104: rooms are each child's own", async (t) => {
    const [one, other] = [await connected(t, "/orders-11"), await connected(t, "/orders-12")];
    await Promise.all([ask(one, "join", ["room"]), ask(other, "join", ["room"])]);
    await ask(one, "tell", choose({ rooms: ["room"] }), "told", ["here"]);
    assert.deepEqual(await heard(one, other), [[["told", "here"]], []]);
  });

  it("F-105: one made by hand has the parent's middlewares and handlers, and its own", async (t) => {
    const socket = open(t, server, "/orders-1000", by_websocket);
    await next(socket, "by hand");
    assert.deepEqual(await command(socket, "parts"), ["1000"]);
    const nobody = open(t, server, "/orders-1000", { ...by_websocket, auth: { name: "nobody" } });
    assert.equal((await next(nobody, "connect_error"))[0].message, "you are nobody");
  });

  it("F-106: what the parent emits reaches all children", async (t) => {
    const sockets = await Promise.all(
      ["/orders-1", "/orders-2", "/orders-1000"].map((name) => connected(t, name)),
    );
    const outside = await connected(t, "/custom");
    await heard(...sockets);
    await ask(control, "shout", "hear!");
    assert.deepEqual(await heard(...sockets, outside), [...sockets.map(() => [["shouted", "hear!"]]), []]);
  });

  it("F-107: they stay when they are empty", async (t) => {
    const socket = await connected(t, "/orders-107");
    socket.disconnect();
    await connected(t, "/custom");
    assert.ok((await command(control, "children")).includes("/orders-107"));
  });
});

describe("dynamic namespaces that go when they are empty", () => {
  let tidy, watcher;
  before(async () => {
    process.env.CLEANUP = "1";
    tidy = await start("API_SERVER");
    delete process.env.CLEANUP;
    watcher = new Manager(tidy.url, by_websocket).socket("/");
    await next(watcher, "connect");
  });
  after(() => {
    watcher.disconnect();
    return tidy.stop();
  });
  const children = async () => (await command(watcher, "children")).sort();

  it("F-107: the last one who leaves takes it along; it may come back", async (t) => {
    const [one, two] = await Promise.all([
      connected(t, "/orders-1", by_websocket, tidy),
      connected(t, "/orders-1", by_websocket, tidy),
    ]);
    assert.deepEqual(await children(), ["/orders-1", "/orders-1000"]);
    one.disconnect();
    assert.deepEqual(await command(two, "parts"), ["1"]);
    assert.deepEqual(await children(), ["/orders-1", "/orders-1000"]);
    two.disconnect();
    await until(async () => (await children()).length === 1, "the end of /orders-1");
    one.connect();
    await next(one, "connect");
    assert.deepEqual(await command(one, "parts"), ["1"]);
    assert.deepEqual(
      (await journal(watcher)).filter((line) => line === "new /orders-1"),
      ["new /orders-1", "new /orders-1"],
    );
  });

  it("F-107: so does one who is refused, unless there are others", async (t) => {
    const refused = open(t, tidy, "/orders-2", { ...by_websocket, auth: { name: "nobody" } });
    await next(refused, "connect_error");
    assert.ok(!(await children()).includes("/orders-2"));
    const inside = await connected(t, "/orders-2", by_websocket, tidy);
    refused.connect();
    await next(refused, "connect_error");
    assert.ok((await children()).includes("/orders-2"));
    assert.deepEqual(await command(inside, "parts"), ["2"]);
  });

  it("F-105, F-107: one made by hand stays", async (t) => {
    const socket = await connected(t, "/orders-1000", by_websocket, tidy);
    socket.disconnect();
    const other = await connected(t, "/orders-1000", by_websocket, tidy);
    assert.deepEqual(await command(other, "parts"), ["1000"]);
    assert.ok((await children()).includes("/orders-1000"));
  });
});

describe("selections", () => {
  const tell = (socket, of, ...args) => ask(socket, "tell", choose(of), "told", args);

  it("F-101, F-124: everybody, and everybody else", async (t) => {
    const [a, b, c] = await three(t);
    await tell(a, {}, "all", Buffer.from([1, 2]));
    const told = [["told", "all", Buffer.from([1, 2])]];
    assert.deepEqual(await heard(a, b, c), [told, told, told]);
    await tell(a, { others: true }, "others");
    assert.deepEqual(await heard(a, b, c), [[], [["told", "others"]], [["told", "others"]]]);
  });

  it("F-086, F-141: rooms and ids add up, and nobody gets it twice", async (t) => {
    const [a, b, c] = await three(t);
    await ask(a, "join", ["one", "two", "three"]);
    await ask(b, "join", ["two"]);
    for (const [rooms, who] of [
      [["one"], [a]],
      [["two"], [a, b]],
      [
        ["one", "two", "three"],
        [a, b],
      ],
      [
        ["one", b.id, a.id],
        [a, b],
      ],
      [[c.id], [c]],
      [["nobody"], []],
    ]) {
      await tell(c, { rooms }, rooms.length);
      const expected = [a, b, c].map((one) => (who.includes(one) ? [["told", rooms.length]] : []));
      assert.deepEqual(await heard(a, b, c), expected, String(rooms));
    }
  });

  it("F-142: except wins, with rooms and ids", async (t) => {
    const [a, b, c] = await three(t);
    await Promise.all([ask(a, "join", ["one"]), ask(b, "join", ["one", "two"]), ask(c, "join", ["two"])]);
    for (const [of, who] of [
      [{ rooms: ["one"], except: ["two"] }, [a]],
      [{ except: ["two"] }, [a]],
      [{ except: [a.id] }, [b, c]],
      [{ rooms: ["one", "two"], except: [b.id] }, [a, c]],
      [{ rooms: ["one"], except: ["one"] }, []],
      [{ rooms: ["one", "two"], except: ["nobody"], others: true }, [b, c]],
    ]) {
      await tell(a, of, 1);
      const expected = [a, b, c].map((one) => (who.includes(one) ? [["told", 1]] : []));
      assert.deepEqual(await heard(a, b, c), expected, JSON.stringify(of));
    }
  });

  it("F-125: rooms are joined, known and left; a room that all have left is empty", async (t) => {
    const [a, b] = await three(t);
    assert.deepEqual((await command(a, "join", ["x", "y", "x"])).sort(), [a.id, "x", "y"].sort());
    assert.deepEqual((await command(a, "leave", ["x", "never", a.id])).sort(), [a.id, "y"].sort());
    await tell(b, { rooms: ["x"] }, "nobody");
    await tell(b, { rooms: ["y"] }, "you");
    assert.deepEqual(await heard(a, b), [[["told", "you"]], []]);
    a.disconnect().connect();
    await next(a, "connect");
    assert.deepEqual(await command(a, "rooms"), [a.id]);
    await tell(b, { rooms: ["y"] }, "nobody");
    assert.deepEqual(await heard(a, b), [[], []]);
  });

  it("F-143: volatile gets to a client that is ready", async (t) => {
    const [a, b] = [await connected(t, "/custom"), await connected(t, "/custom")];
    const told = next(b, "told");
    await tell(a, { others: true, is_volatile: true }, "now", Buffer.from([1]));
    assert.deepEqual(await told, ["now", Buffer.from([1])]);
    const also = next(a, "told");
    await tell(a, { rooms: [a.id, b.id], is_volatile: true }, "all");
    assert.deepEqual(await also, ["all"]);
  });

  it("F-143: volatile is dropped for a client that is not, by polling; the rest comes", async (t) => {
    const [sender, poller] = [
      await connected(t, "/custom"),
      await connected(t, "/custom", modes["by polling"]),
    ];
    // The first of many at a time ends the poll: the rest would have to wait for the next.
    for (let i = 0; i < 20; ++i) {
      sender.emit("tell", choose({ rooms: [poller.id], is_volatile: true }), "position", [i], () => {});
      if (i % 5 === 4) sender.emit("tell", choose({ rooms: [poller.id] }), "news", [i], () => {});
    }
    await ask(sender, "rooms");
    const [got] = await heard(poller);
    assert.deepEqual(
      got.filter(([event]) => event === "news").map(([, i]) => i),
      [4, 9, 14, 19],
    );
    assert.ok(got.filter(([event]) => event === "position").length < 20);
  });

  const questions = { ask: "all at the end", ask_each: "one by one" };
  for (const [event, how] of Object.entries(questions)) {
    it(`F-146, F-147: everybody answers, ${how}, with whole and binary answers`, async (t) => {
      const sockets = await three(t);
      const bytes = Buffer.from("abc");
      sockets.forEach((socket, i) => socket.on("question", (asked, answer) => answer(asked, i, { bytes })));
      const { error, answers, missing } = await command(sockets[0], event, choose(), { bytes });
      assert.deepEqual([error, missing], ["", []]);
      assert.deepEqual(
        answers.sort((x, y) => x.values[1] - y.values[1]),
        sockets.map(({ id }, i) => ({ id, values: [{ bytes }, i, { bytes }] })), // F-158: all of them
      );
    });

    it(`F-146, F-156: who does not answer in time is named, ${how}; the others' answers are there`, async (t) => {
      const [a, b, c] = await three(t);
      a.on("question", (_, answer) => answer("a"));
      b.on("question", () => {});
      c.on("question", (_, answer) => answer("c"));
      const { error, answers, missing } = await command(a, event, choose({ timeout: 500 }), "?");
      assert.equal(error, "no acknowledgement came in time");
      assert.deepEqual(
        answers.map(({ id, values }) => [id, ...values]).sort(),
        [
          [a.id, "a"],
          [c.id, "c"],
        ].sort(),
      );
      assert.deepEqual(missing, [{ id: b.id, why: "no acknowledgement came in time" }]);
    });

    it(`F-157: nobody is asked, ${how}: an answer at once`, async (t) => {
      const [a] = await three(t);
      const nobody = { error: "", answers: [], missing: [] };
      assert.deepEqual(await command(a, event, choose({ rooms: ["nobody"] }), "?"), nobody);
    });

    it(`F-155: who goes is not waited for, ${how}`, async (t) => {
      const [a, b] = await three(t);
      const { id } = b;
      b.on("question", () => b.disconnect());
      const { answers, missing } = await command(a, event, choose({ rooms: [id] }), "?");
      assert.deepEqual([answers, missing], [[], [{ id, why: "the socket is disconnected" }]]);
    });
  }

  it("F-150: many questions at once, to one and to many, are not mixed up", async (t) => {
    const sockets = await three(t);
    for (const socket of sockets) socket.on("question", (asked, answer) => answer([asked], asked));
    const all = Array.from({ length: 30 }, (_, i) =>
      i % 2 ? command(sockets[0], "ask_me", 10_000, i) : command(sockets[0], "ask", choose(), i),
    );
    for (const [i, { error, answers }] of (await Promise.all(all)).entries()) {
      assert.equal(error, "");
      if (i % 2) assert.deepEqual(answers, [{ id: sockets[0].id, values: [i] }]);
      else
        assert.deepEqual(
          answers.map(({ values }) => values),
          sockets.map(() => [[i], i]),
        );
    }
  });

  it("F-148: fetch_sockets: ids, rooms, handshake and data", async (t) => {
    const a = await connected(t, "/custom", {
      ...by_websocket,
      query: { who: "a" },
      extraHeaders: { "X-Agent": "7" },
    });
    const [b, c] = await three(t);
    await ask(a, "join", ["room"]);
    await ask(b, "join", ["room", "other"]);
    assert.equal(await command(b, "color", "blue"), "");
    const fetch = async (of) => {
      const found = await command(a, "fetch", choose(of));
      return found.sort((x, y) => (x.id < y.id ? -1 : 1));
    };
    assert.deepEqual((await fetch({ rooms: ["nobody"] })).length, 0);
    const found = await fetch({ rooms: ["room", "other"] });
    assert.deepEqual(
      found.map(({ id }) => id),
      ids(a, b),
    );
    const [of_a, of_b] = [a, b].map((socket) => found.find(({ id }) => id === socket.id));
    assert.deepEqual(of_a.rooms, [a.id, "room"]);
    assert.equal(new URLSearchParams(of_a.query).get("who"), "a");
    assert.deepEqual([of_a.color, of_a.agent], ["", "7"]);
    assert.deepEqual([of_b.color, of_b.rooms], ["blue", [b.id, "room", "other"]]);
    const others = (await fetch({ others: true, except: ["other"] })).map(({ id }) => id);
    assert.ok(others.includes(c.id) && !others.includes(a.id) && !others.includes(b.id));
  });

  it("F-134: who was found is reached: told, asked, moved", async (t) => {
    const [a, b, c] = await three(t);
    await Promise.all([ask(a, "join", ["found"]), ask(b, "join", ["found"])]);
    a.on("question", (asked, answer) => answer(asked, "a"));
    const { answers, missing } = await command(c, "visit", choose({ rooms: ["found"] }), {
      bytes: Buffer.from([1]),
    });
    assert.deepEqual(answers, [{ id: a.id, values: [{ bytes: Buffer.from([1]) }, "a"] }]);
    assert.deepEqual(missing, [{ id: b.id, why: "no acknowledgement came in time" }]);
    assert.deepEqual(
      (await heard(a, b, c)).map((events) => events.filter(([event]) => event === "visited")),
      [[["visited", a.id]], [["visited", b.id]], []],
    );
    assert.deepEqual(await command(b, "rooms"), [b.id, "found", "visited"]);
    assert.deepEqual((await command(c, "visit", choose({ rooms: ["nobody"] }), 1)).answers, []);
  });

  it("F-086, F-087: the server itself means the main namespace", async (t) => {
    const [a, b] = [await connected(t, "/"), await connected(t, "/", modes["by polling"])];
    const other = await connected(t, "/custom");
    await Promise.all([ask(a, "join", ["room"]), ask(other, "join", ["room"])]);
    await heard(a, b);
    const serve = (of, ...args) => ask(control, "serve", choose(of), "served", args);
    await serve({}, 1);
    await serve({ rooms: ["room"] }, 2);
    await serve({ except: ["room"] }, 3);
    assert.deepEqual(await heard(a, b, other), [
      [
        ["served", 1],
        ["served", 2],
      ],
      [
        ["served", 1],
        ["served", 3],
      ],
      [],
    ]);
  });

  it("F-148: sockets_join and sockets_leave move some or all", async (t) => {
    const [a, b, c] = await three(t);
    await ask(a, "join", ["one"]);
    await ask(b, "join", ["one"]);
    await ask(c, "move_in", choose({ rooms: ["one"] }), ["two", "three"]);
    assert.deepEqual(await command(a, "rooms"), [a.id, "one", "two", "three"]);
    assert.deepEqual(await command(b, "rooms"), [b.id, "one", "two", "three"]);
    assert.deepEqual(await command(c, "rooms"), [c.id]);
    await ask(c, "move_in", choose(), ["everybody"]);
    await tell(a, { rooms: ["everybody"] }, "hi");
    assert.deepEqual(await heard(a, b, c), [[["told", "hi"]], [["told", "hi"]], [["told", "hi"]]]);
    await ask(c, "move_out", choose({ rooms: ["two"], except: [b.id] }), ["one", "two"]);
    assert.deepEqual((await command(a, "rooms")).sort(), [a.id, "everybody", "three"].sort());
    assert.deepEqual((await command(b, "rooms")).sort(), [b.id, "everybody", "one", "three", "two"].sort());
    await ask(c, "move_out", choose(), ["everybody"]);
    await tell(a, { rooms: ["everybody"] }, "hi");
    assert.deepEqual(await heard(a, b, c), [[], [], []]);
  });

  it("F-148: disconnect_sockets, of some, the connection too", async (t) => {
    const [a, b, c] = await three(t);
    const other = b.io.socket("/strict");
    t.after(() => other.disconnect());
    await next(other, "connect");
    await ask(a, "join", ["out"]);
    const gone = next(a, "disconnect");
    c.emit("end", choose({ rooms: ["out"] }), false);
    assert.deepEqual((await gone)[0], "io server disconnect");
    const both = Promise.all([next(b, "disconnect"), next(other, "disconnect")]);
    c.emit("end", choose({ rooms: [b.id] }), true);
    assert.deepEqual(
      (await both).map(([reason]) => reason),
      ["io server disconnect", "io server disconnect"],
    );
    assert.equal(c.connected, true);
    assert.deepEqual(await command(c, "rooms"), [c.id]);
  });
});
