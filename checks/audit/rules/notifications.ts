import { icingaMaster } from "../../../components/icinga/facts.ts";
import { each, type Rule, running, unless } from "../rule.ts";
import { icingaStatus, objects, statusOf } from "./icinga.ts";

interface Application {
  icingaapplication: { app: { enable_notifications: boolean } };
}

export const notifications: Rule = {
  name: "notifications",
  title: "either master notifies when the other can't",
  of: running(icingaMaster.name),
  ask: icingaStatus,
  judge: each((answer) => {
    const { enable_notifications } = (statusOf(answer, "IcingaApplication") as unknown as Application).icingaapplication
      .app;
    return [
      ...unless(
        objects(answer, "NotificationComponent").length > 0,
        "the feature notification is off",
        "on, on both masters",
        "replace the container: its features are not those of the component",
      ),
      ...unless(
        enable_notifications,
        "notifications are switched off",
        "on",
        "switch them on in Icinga Web: health, features",
      ),
    ];
  }),
};
