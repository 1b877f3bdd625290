"""What Ansible makes of inventories: reads a list of cases as JSON, each a list of sources, and writes one answer each.

All in one process, since starting Ansible takes a second.
"""

import json
import os
import sys

# Not the settings of this machine.
os.environ["ANSIBLE_CONFIG"] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ansible.cfg")

from ansible import constants as C  # noqa: E402
from ansible.inventory.manager import InventoryManager  # noqa: E402
from ansible.parsing.dataloader import DataLoader  # noqa: E402
from ansible.plugins.loader import init_plugin_loader  # noqa: E402
from ansible.vars.manager import VariableManager  # noqa: E402

init_plugin_loader()


def answer(sources):
    loader = DataLoader()
    try:
        inventory = InventoryManager(loader=loader, sources=sources)
        variables = VariableManager(loader=loader, inventory=inventory)
        hosts = {}
        for host in inventory.get_hosts():
            found = variables.get_vars(host=host, include_hostvars=False, stage="all")
            kept = {name: value for name, value in found.items() if name not in C.INTERNAL_STATIC_VARS}
            groups = [group.name for group in host.get_groups() if group.name not in ("all", "ungrouped")]
            hosts[host.name] = {"groups": sorted(groups), "variables": kept}
        return json.loads(json.dumps({"hosts": hosts}, default=str))
    except Exception as error:  # what Ansible refuses is an answer, too
        return {"refused": str(error)}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
