import type { ServiceError } from "@grpc/grpc-js";
import type { ErrorResourceInitFailed as Message } from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import status from "@pulumi/pulumi/proto/status_pb.js";
import { fromStruct, type Props } from "../wire/values.ts";

/** The resource exists, but did not come up as asked: it is recorded, and the next run tries to mend it. */
export class InitFailure extends Error {
  override name = "InitFailure";
  readonly id: string;
  readonly outputs: Props;
  readonly reasons: string[];

  constructor(message: Message, outputs: Props, fallback: string) {
    super(message.getReasonsList().join("; ") || fallback);
    this.id = message.getId();
    this.outputs = outputs;
    this.reasons = message.getReasonsList();
  }
}

/** Reads the detail that a provider attaches to its error; undefined when the error is of another kind. */
export function initFailure(error: ServiceError, mark: (outputs: Props) => Props): InitFailure | undefined {
  const [encoded] = error.metadata?.get("grpc-status-details-bin") ?? [];
  if (!Buffer.isBuffer(encoded)) return undefined;
  const detail = status.Status.deserializeBinary(encoded)
    .getDetailsList()
    .find((any) => any.getTypeName() === "pulumirpc.ErrorResourceInitFailed");
  if (!detail) return undefined;
  const message = messages.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
  return new InitFailure(message, mark(fromStruct(message.getProperties())), error.details);
}
