import * as pulumi from "@pulumi/pulumi";

// Without an engine: everything is made at once, and every secret is the same.
pulumi.runtime.setMocks({
  call: () => ({}),
  newResource: ({ name, inputs }) => ({ id: name, state: { value: "secret", ...inputs } }),
});
const { services, mistake } = await import("./program.js");
console.log(JSON.stringify({ containers: services.map(({ container }) => container), mistake }));
