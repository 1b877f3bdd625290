import { createCipheriv, createDecipheriv, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { UserError } from "../../core/errors.ts";

// Pulumi's "passphrase" secrets provider, salt format v1: PBKDF2-SHA256 and AES-256-GCM. A salt is kept as
// `v1:<salt>:<the word "pulumi", encrypted>`, which tells a wrong passphrase; a ciphertext is `v1:<nonce>:<data and tag>`.
const ROUNDS = 1_000_000;
const KEY_BYTES = 32;
const SALT_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PROBE = "pulumi";

const derive = promisify(pbkdf2);

/** Deriving a key takes about half a second: once per process for a passphrase and salt, and off the main thread. */
const keys = new Map<string, Promise<Buffer>>();

function deriveKey(passphrase: string, salt: Buffer): Promise<Buffer> {
  const name = `${salt.toString("base64")}:${passphrase}`;
  const key = keys.get(name) ?? derive(passphrase, salt, ROUNDS, KEY_BYTES, "sha256");
  keys.set(name, key);
  return key;
}

function seal(key: Buffer, plaintext: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const data = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${data.toString("base64")}`;
}

function unseal(key: Buffer, ciphertext: string): string {
  const [version, nonce, encoded] = ciphertext.split(":");
  if (version !== "v1" || !nonce || !encoded) {
    throw new UserError(`A secret is encrypted in the form "${version}"; this engine knows only "v1".`);
  }
  const data = Buffer.from(encoded, "base64");
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
    decipher.setAuthTag(data.subarray(-TAG_BYTES));
    return decipher.update(data.subarray(0, -TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
  } catch {
    throw new UserError("A secret can't be opened: it was encrypted with another key, or its text was changed.");
  }
}

/** Encrypts and decrypts the secrets of one stack. */
export class Crypter {
  /** As Pulumi keeps it, in the checkpoint or as `encryptionsalt` in the stack's settings. */
  readonly salt: string;
  readonly #key: Promise<Buffer>;
  readonly #sealed = new Map<string, string>();

  private constructor(salt: string, key: Promise<Buffer>) {
    this.salt = salt;
    this.#key = key;
    // The key is derived in the background and awaited at first use: until then a failure is nobody's business.
    key.catch(() => {});
  }

  /** A wrong passphrase shows at `verify`, or at the first `encrypt` or `decrypt`, as an `UserError`. */
  static open(passphrase: string, salt: string): Crypter {
    const [version, bytes, ...probe] = salt.split(":");
    if (version !== "v1" || !bytes) {
      throw new UserError(`The encryption salt has the form "${version}"; this engine knows only "v1".`);
    }
    const key = deriveKey(passphrase, Buffer.from(bytes, "base64")).then((derived) => {
      if (!opens(derived, probe.join(":"))) {
        throw new UserError(
          "The passphrase does not fit this stack: its secrets were encrypted with another one. " +
            "Give the right one in PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE.",
        );
      }
      return derived;
    });
    return new Crypter(salt, key);
  }

  static async create(passphrase: string): Promise<Crypter> {
    const salt = randomBytes(SALT_BYTES);
    const key = await deriveKey(passphrase, salt);
    return new Crypter(`v1:${salt.toString("base64")}:${seal(key, PROBE)}`, Promise.resolve(key));
  }

  /** @throws {UserError} when the passphrase is not the one that the salt was made with */
  async verify(): Promise<void> {
    await this.#key;
  }

  async decrypt(ciphertext: string): Promise<string> {
    return unseal(await this.#key, ciphertext);
  }

  /**
   * `place` names where the secret stands. The same secret at the same place keeps its ciphertext, so that an unchanged
   * state stays unchanged on disk; equal secrets at two places never share one, which would give their equality away.
   */
  async encrypt(plaintext: string, place: string): Promise<string> {
    const name = `${place}\n${plaintext}`;
    const known = this.#sealed.get(name);
    if (known !== undefined) return known;
    const key = await this.#key;
    const ciphertext = this.#sealed.get(name) ?? seal(key, plaintext);
    this.#sealed.set(name, ciphertext);
    return ciphertext;
  }

  /** Tells which ciphertext stands for a secret already, on reading it. */
  remember(plaintext: string, place: string, ciphertext: string): void {
    this.#sealed.set(`${place}\n${plaintext}`, ciphertext);
  }
}

function opens(key: Buffer, probe: string): boolean {
  try {
    return unseal(key, probe) === PROBE;
  } catch {
    return false;
  }
}

/** The secrets of a stack that has a salt, or of a new one. */
export function openCrypter(passphrase: string, salt: string | undefined): Promise<Crypter> {
  return salt ? Promise.resolve(Crypter.open(passphrase, salt)) : Crypter.create(passphrase);
}
