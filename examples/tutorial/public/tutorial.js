// SPDX-License-Identifier: MIT
// What the three pages share: the form, the responses, the state of the connection, the way to a room.

const element = (id) => document.getElementById(id);

/**
 * Connects a page with its socket.
 * `actions` maps the id of a button to what it does: a function (message, acknowledged).
 */
export function tutorial(socket, actions) {
  send(socket, actions);
  show_responses(socket);
  show_state(socket);
  enter_rooms();
}

function send(socket, actions) {
  const form = element("form");
  const input = element("input");

  form.addEventListener("submit", (event) => event.preventDefault());
  for (const [id, action] of Object.entries(actions)) {
    element(id).addEventListener("click", () => {
      if (!form.reportValidity()) return;
      const message = input.value;
      const now = () => action(message, show_acknowledgement);
      // What is said while offline waits for the page's own "connect" handlers: a room must be joined first.
      if (socket.connected) now();
      else socket.once("connect", now);
      input.focus();
      input.select(); // ready to be sent again or replaced
    });
  }
}

function show_acknowledgement(answer) {
  element("ack").replaceChildren(time(), ` acknowledged: ${JSON.stringify(answer)}`);
}

function show_responses(socket) {
  const list = element("responses");
  const most = 500;

  socket.on("response", ({ message }) => {
    const text = document.createElement("span");
    text.textContent = message;
    const item = document.createElement("li");
    item.append(time(), text);
    list.prepend(item); // the newest stays in sight
    if (list.childElementCount > most) list.lastElementChild.remove();
  });
}

function show_state(socket) {
  const set = (state, text) => {
    element("state").dataset.state = state;
    element("state").textContent = text;
  };
  const connected = () =>
    set("connected", `Connected by ${socket.io.engine.transport.name}, id ${socket.id}`);

  socket.on("connect", () => {
    connected();
    socket.io.engine.once("upgrade", connected);
  });
  socket.on("disconnect", (reason) => set("disconnected", `Disconnected: ${reason}`));
  socket.on("connect_error", (error) => {
    set("disconnected", `Cannot connect: ${error.message}${socket.active ? ", trying again …" : ""}`);
  });
}

function enter_rooms() {
  element("rooms").addEventListener("submit", (event) => {
    event.preventDefault();
    location.assign(`/room/${encodeURIComponent(element("room").value)}`);
  });
}

function time() {
  const now = new Date();
  const result = document.createElement("time");
  result.dateTime = now.toISOString();
  result.textContent = now.toLocaleTimeString();
  return result;
}
