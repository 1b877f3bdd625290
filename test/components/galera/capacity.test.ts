import test from "ava";
import { capacityConf, capacityLimits, diskUsedSql } from "../../../components/galera/capacity.ts";

const limits = capacityLimits("it");

test("limits", (t) => {
  t.deepEqual(limits, { warning: 80, full: 95, counted: 0 });
  t.is(capacityConf(capacityLimits("it", { counted: "40G" })), "warning=80\nfull=95\ncounted=42949672960\n");
  t.throws(() => capacityLimits("It", { warning: 96 }), {
    name: "UserError",
    message: /^It has capacity.warning 96 with 95 percent as full;/,
  });
});

test("the monitoring user may ask, and has no right to read files for it", (t) => {
  const [create, grant, ...more] = diskUsedSql(capacityLimits("it", { counted: "1G" }), "'m'@'%'");
  t.true(create!.includes("SQL SECURITY DEFINER") && create!.includes("LEAST(used + available, 1048576)"));
  t.is(grant, "GRANT EXECUTE ON FUNCTION trivet.disk_used TO 'm'@'%';");
  t.deepEqual(more, []);
});
