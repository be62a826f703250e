"""docker/examples/redis-tls: stunnel between a chain and a Redis that speaks TLS."""
import json
import os
import subprocess
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tests"), os.path.join(ROOT, "tests", "chain")]
import chain                            # noqa: E402
import servers                          # noqa: E402

EXAMPLE = os.path.join(ROOT, "docker", "examples", "redis-tls", "stunnel.conf")
NAME = "redis.example.org"


class Stunnel(servers.Server):
    """By the example's settings, with other places only."""

    name = "stunnel4"

    def __init__(self, folder, connect, ca):
        super().__init__(folder)
        self.port = servers.free_port()
        with open(EXAMPLE) as f:
            text = f.read()
        for old, new in (("accept = 6379", "accept = 127.0.0.1:%d" % self.port),
                         ("connect = %s:6380" % NAME, "connect = 127.0.0.1:%d" % connect),
                         ("/etc/stunnel/ca.pem", ca)):
            assert old in text, old
            text = text.replace(old, new)
        with open(os.path.join(folder, "stunnel.conf"), "w") as f:
            f.write(text)

    def command(self):
        return ["stunnel4", os.path.join(self.folder, "stunnel.conf")]

    def answers(self):
        return "Configuration successful" in self.log()

    def ask(self, *words):
        with servers.Resp(("127.0.0.1", self.port)) as connection:
            return connection(*words)


class RedisTls(chain.ChainTest):
    def setUp(self):
        servers.require("redis-server", "stunnel4", "openssl")
        super().setUp()
        for ca in ("ca", "other"):
            self.make_ca(ca)
        for name in (NAME, "somebody.example.org"):
            self.make_certificate(name)
        self.start_redis(NAME)

    def start_redis(self, name):
        """With the certificate for that name."""
        self.tls_port = servers.free_port()
        self.redis = servers.Redis(self.path("redis of " + name), options=[
            "--tls-port", str(self.tls_port), "--tls-cert-file", self.path(name + ".pem"),
            "--tls-key-file", self.path(name + ".key"), "--tls-ca-cert-file", self.path("ca.pem"),
            "--tls-auth-clients", "no"]).start()
        self.addCleanup(self.redis.stop)

    def openssl(self, *args):
        subprocess.run(["openssl", *args], cwd=self.dir, check=True, capture_output=True)

    def make_ca(self, name):
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                     "-keyout", name + ".key", "-out", name + ".pem", "-subj", "/CN=" + name,
                     "-days", "2")

    def make_certificate(self, name):
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                     "-keyout", name + ".key", "-out", name + ".csr", "-subj", "/CN=" + name,
                     "-addext", "subjectAltName=DNS:" + name)
        self.openssl("x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                     "-out", name + ".pem", "-days", "2", "-copy_extensions", "copy",
                     "-CAcreateserial")

    def stunnel(self, ca="ca.pem"):
        server = Stunnel(self.path("stunnel-" + ca), self.tls_port, self.path(ca)).start()
        self.addCleanup(server.stop)
        return server

    def test_through_it(self):
        self.assertEqual(self.stunnel().ask("PING"), b"PONG")

    def assert_refused(self, stunnel):
        with self.assertRaises((servers.NotThere, OSError)):
            stunnel.ask("PING")
        self.assertIn("certificate verify failed", stunnel.log())

    def test_a_certificate_of_somebody_else(self):
        """Signed by another than the one that is trusted."""
        self.assert_refused(self.stunnel("other.pem"))

    def test_a_certificate_for_another_name(self):
        self.start_redis("somebody.example.org")
        self.assert_refused(self.stunnel())

    def test_a_chain_reads_through_it(self):
        stunnel = self.stunnel()
        for d in chain.Corpus(5, 40).documents:
            self.redis("XADD", "articles", "*", "json", json.dumps(d))
        self.run_program(
            "winnow", "run", "--workers", "1", "--exit-when-idle", "1", "-o", "out.jsonl",
            "redis://127.0.0.1:%d/0?stream=articles&group=winnow" % stunnel.port)
        self.assertEqual(len(self.get("out.jsonl").splitlines()), 40)


if __name__ == "__main__":
    unittest.main(verbosity=2)
