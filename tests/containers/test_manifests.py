"""docker/: manifests of Kubernetes against the schemas of several versions, and compose files."""
import glob
import json
import os
import subprocess
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tests"), os.path.join(ROOT, "tests", "chain")]
import chain                            # noqa: E402
import servers                          # noqa: E402

DOCKER = os.path.join(ROOT, "docker")
EXAMPLES = os.path.join(DOCKER, "examples")
MANIFESTS = sorted(glob.glob(os.path.join(DOCKER, "kubernetes", "*.yaml")))
VALIDATOR = "kubernetes-validate==1.37.0"       # it brings the schemas of the versions from 1.25 on
VERSIONS = ("1.25", "1.29", "1.33", "1.37")
LOAD = "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(sys.stdin))))"


class Manifests(chain.ChainTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        servers.require_containers()
        cls.python = servers.python_with(VALIDATOR)

    def validate(self, version, *files):
        return subprocess.run([self.python, "-m", "kubernetes_validate", "--strict", "-k", version,
                               *files], capture_output=True, text=True)

    def load(self, path):
        with open(path) as f:
            r = subprocess.run([self.python, "-c", LOAD], stdin=f, capture_output=True, check=True)
        return json.loads(r.stdout)

    def workload(self):
        (workload,) = [d for path in MANIFESTS for d in self.load(path)
                       if d["kind"] == "StatefulSet"]
        self.assertEqual(workload["spec"]["replicas"], 1)
        return workload

    def pod(self):
        return self.workload()["spec"]["template"]["spec"]

    def test_schemas(self):
        self.assertGreaterEqual(len(MANIFESTS), 3)
        for version in VERSIONS:
            r = self.validate(version, *MANIFESTS)
            self.assertEqual(r.returncode, 0, r.stdout + r.stderr)

    def test_a_wrong_one_is_refused(self):
        with open([m for m in MANIFESTS if "statefulset" in m][0]) as f:
            text = f.read()
        for right, wrong in (("livenessProbe", "liveProbe"), ("replicas: 1", "replicas: one")):
            self.assertIn(right, text)
            self.put("wrong.yaml", text.replace(right, wrong))
            self.assertNotEqual(self.validate(VERSIONS[-1], self.path("wrong.yaml")).returncode, 0)

    def test_the_sidecar(self):
        """The patch of an example, put into what it patches."""
        (patch,) = self.load(os.path.join(EXAMPLES, "redis-tls", "kubernetes.yaml"))
        workload, added = self.workload(), patch["spec"]["template"]["spec"]
        for name, items in added.items():
            workload["spec"]["template"]["spec"][name] += items
        self.put("patched.yaml", json.dumps(workload))
        for version in VERSIONS:
            r = self.validate(version, self.path("patched.yaml"))
            self.assertEqual(r.returncode, 0, r.stdout + r.stderr)

    def compose(self, *files):
        """What docker-compose makes of them together."""
        servers.require("docker-compose")
        options = [o for f in files for o in ("-f", os.path.join(DOCKER, f))]
        r = subprocess.run(["docker-compose", *options, "config"], capture_output=True, text=True)
        self.assertEqual((r.returncode, r.stderr), (0, ""))
        self.put("config.yaml", r.stdout)
        (config,) = self.load(self.path("config.yaml"))
        return config["services"]

    def test_compose_files(self):
        services = self.compose("compose.yaml")
        self.assertEqual(set(services), {"redis", "read", "extract", "dedup", "summarize", "write"})
        both = self.compose("compose.yaml", "examples/redis-tls/compose.yaml")
        self.assertEqual(set(both), {*services, "stunnel"})
        keyed = self.compose("compose.yaml", "examples/keys.yaml")
        for name, service in keyed.items():
            self.assertEqual("WINNOW_KEY" in service.get("environment", ()), name != "redis")
        for name, service in both.items():
            if name != "redis":
                self.assertEqual((service["read_only"], service["cap_drop"], service["security_opt"]),
                                 (True, ["ALL"], ["no-new-privileges:true"]), name)

    def test_nothing_that_it_does_not_need(self):
        pod = self.pod()
        self.assertIs(pod["enableServiceLinks"], False)
        self.assertIs(pod["automountServiceAccountToken"], False)
        self.assertIs(pod["securityContext"]["runAsNonRoot"], True)
        for container in pod["containers"]:
            context = container["securityContext"]
            self.assertIs(context["readOnlyRootFilesystem"], True)
            self.assertIs(context["allowPrivilegeEscalation"], False)
            self.assertEqual(context["capabilities"], {"drop": ["ALL"]})
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                self.assertIn(probe, container)
            for kind in ("requests", "limits"):
                self.assertEqual(set(container["resources"][kind]), {"cpu", "memory"})

    def test_the_programs_know_the_options(self):
        for container in self.pod()["containers"]:
            command, *args = container["args"]
            self.run_program("winnow", command, *[a for a in args if a.startswith("-")], "--help")


if __name__ == "__main__":
    unittest.main(verbosity=2)
