// One zeromq socket that speaks Jupyter messages: sends in order, receives until closed.

import { Dealer, Subscriber } from "zeromq";
import { messageOf } from "../../src/core/errors";
import { endpoint, type ChannelName, type ConnectionInfo } from "./connection";
import { decode, encode, type Message } from "./message";

/** What a channel does with what it hears. */
export interface Listener {
  message(message: Message): void;
  /** A frame that is no message, or one with a wrong signature; it is dropped. */
  fault(sentence: string): void;
}

/** A connected channel. */
export class Channel {
  private readonly socket: Dealer | Subscriber;
  private readonly key: string;
  private sending: Promise<void> = Promise.resolve();
  private isClosed = false;

  constructor(
    name: Exclude<ChannelName, "hb">,
    connection: ConnectionInfo,
    routingId: string,
    listener: Listener,
  ) {
    this.key = connection.key;
    if (name === "iopub") {
      const socket = new Subscriber({ linger: 0, receiveHighWaterMark: 0 });
      socket.subscribe();
      this.socket = socket;
    } else {
      // stdin must carry the identity of shell: kernels address their input_request to whoever asked to execute.
      this.socket = new Dealer({
        linger: 0,
        routingId,
        sendHighWaterMark: 0,
        receiveHighWaterMark: 0,
      });
    }
    this.socket.connect(endpoint(connection, name));
    void this.listen(listener);
  }

  /** Queues `message`; resolved when zeromq has taken it. Messages leave in the order of the calls. */
  send(message: Message): Promise<void> {
    const { socket } = this;
    if (!(socket instanceof Dealer)) return Promise.reject(new Error("iopub is for listening only"));
    // zeromq refuses a second send while one waits (EBUSY), so each waits for the one before it.
    const sent = this.sending.then(() =>
      this.isClosed ? undefined : socket.send(encode(message, this.key)),
    );
    this.sending = sent.catch(() => undefined);
    return sent;
  }

  /** Closes the socket; nothing is heard or sent afterwards. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.socket.close();
  }

  private async listen(listener: Listener): Promise<void> {
    while (!this.isClosed) {
      let frames: Buffer[];
      try {
        frames = await this.socket.receive();
      } catch (error) {
        if (!this.isClosed) listener.fault(`a channel broke: ${messageOf(error)}`);
        return;
      }
      try {
        listener.message(decode(frames, this.key));
      } catch (error) {
        listener.fault(messageOf(error));
      }
    }
  }
}
