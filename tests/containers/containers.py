"""What the container tests share: an engine of their own, the image, and containers as deployed.

main() first builds the image in namespaces of its own that have the machine's network; then it runs
the tests in others that have none: their loopback and bridges are seen by nobody else, and whatever
the tests started is gone when they end, even by kill -9. The engine's data (base image and layers
of the build) is kept between runs, in WINNOW_ENGINE (default ~/.cache/winnow/engine).
"""
import fcntl
import os
import shutil
import subprocess
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tests"), os.path.join(ROOT, "tests", "chain")]
import chain                            # noqa: E402
import servers                          # noqa: E402

DATA = os.environ.get("WINNOW_ENGINE") or servers.cache("engine")
SKIPPED = 77                            # an exit status that ctest knows
PROGRAMS = ("dockerd", "docker", "mmdebstrap", "unshare", "tini", "ip", "iptables")
BASE = "debian:bookworm-slim"
IMAGE = "winnow:test"
USER = 65532
HOME = "/var/lib/winnow"                # where the image keeps what lasts

# as in docker/compose.yaml and docker/kubernetes: nothing that the programs do not need
HARDENED = ("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--tmpfs",
            "/tmp")

# what Debian leaves out of its slim images
SLIM = ["path-exclude=/usr/share/%s/*" % n for n in (
    "doc", "groff", "info", "linda", "lintian", "locale", "man")]

engine = None                           # a servers.Engine, while tests run


def say(words):
    print("== " + words, file=sys.stderr, flush=True)


# in namespaces

def in_namespaces(step, *more):
    """This script again, as the first process but one of its own world; its exit status."""
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", *more, "tini",
               "-s", "-g", "--", sys.executable, os.path.abspath(sys.argv[0]), *sys.argv[1:]]
    return subprocess.run(command, env={**os.environ, "WINNOW_TEST_STEP": step},
                          preexec_fn=servers.die_with_parent).returncode


def main(*programs, image=True):
    """Instead of unittest.main(). programs: what the tests need besides an engine."""
    step = os.environ.get("WINNOW_TEST_STEP")
    if step:
        # the engine's sockets and pid files are nobody else's either
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
    if step == "build":
        return build()
    if step == "test":
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        return chain.main()
    try:
        servers.require_containers()
        servers.require(*PROGRAMS, *programs, root=True)
    except unittest.SkipTest:
        sys.exit(SKIPPED)
    os.makedirs(DATA, exist_ok=True)
    with open(DATA + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if image:
            status = in_namespaces("build")
            if status != 0:
                sys.exit(status)
        sys.exit(in_namespaces("test", "--net"))


def start_engine(bridge):
    global engine
    engine = servers.Engine("/run/winnow", DATA, bridge).start()
    # of a run that was killed
    for id in engine.said("ps", "-aq").split():
        engine.docker("rm", "-f", "-v", id)
    engine.docker("network", "prune", "-f")
    engine.docker("volume", "prune", "-f")


def stop_engine():
    engine.stop()


# images

def make_base():
    """Debian 12 by the machine's own mirrors and client settings: a registry may be out of reach."""
    if engine.said("images", "-q", BASE):
        return
    say("making %s" % BASE)
    mirrors = [os.path.join(folder, name) for folder in ("/etc/apt", "/etc/apt/sources.list.d")
               for name in sorted(os.listdir(folder))
               if name in ("sources.list", "debian.sources", "debian.list")]
    tar = os.path.join(engine.folder, "base.tar")
    subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase", "--include=ca-certificates",
                    *("--dpkgopt=" + o for o in ["force-unsafe-io", *SLIM]),
                    "bookworm", tar, *mirrors], check=True)
    engine.docker("import", tar, BASE)
    os.unlink(tar)


def make_image(tag, dockerfile):
    """From a Dockerfile's text, without files."""
    engine.docker("build", "--network", "host", "-t", tag, "-", input=dockerfile, stdin=None)


def build():
    """The image by the command that people use. Its stages stay, so that the next build is short."""
    start_engine(bridge=False)
    try:
        make_base()
        say("building %s" % IMAGE)
        for stage in ("tools", "build"):
            image_by_dev("--target", stage, "-t", "winnow:" + stage)
        image_by_dev("-t", IMAGE)
        make_image("redis:7-bookworm", REDIS)
        engine.docker("image", "prune", "-f")
    finally:
        stop_engine()


def image_by_dev(*options):
    log = os.path.join(engine.folder, "build.log")
    with open(log, "w") as f:
        status = subprocess.run([os.path.join(ROOT, "dev"), "image", "--network", "host", *options],
                                env=engine.environment(), stdout=f, stderr=f).returncode
    if status != 0:
        with open(log) as f:
            sys.exit("./dev image %s: %d\n%s" % (" ".join(options), status, f.read()[-5000:]))


# Redis as the official image has it, from Debian's package
REDIS = """FROM %s
RUN apt-get update -q && apt-get install -q -y --no-install-recommends redis-server \\
 && rm -rf /var/lib/apt/lists/* && install -d -o redis /data
USER redis
WORKDIR /data
ENTRYPOINT []
CMD ["redis-server", "--protected-mode", "no"]
""" % BASE


# containers

class ContainerTest(chain.ChainTest):
    """Tests with containers of the image; data/ of the test's folder is their HOME."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if engine is None or engine.popen.poll() is not None:
            start_engine(bridge=True)

    def setUp(self):
        super().setUp()
        os.mkdir(self.path("data"))
        os.chown(self.path("data"), USER, USER)
        self.addCleanup(self.remove_containers)

    def remove_containers(self):
        for id in engine.said("ps", "-aq").split():
            engine.docker("rm", "-f", "-v", id)

    def give(self, name, content):
        """A file of data/."""
        self.put("data/" + name, content)
        shutil.chown(self.path("data/" + name), USER, USER)

    def arguments(self, options=()):
        """Of docker run or create, up to the image."""
        return [*HARDENED, "--network", "none", "-v", "%s:%s" % (self.path("data"), HOME), *options,
                IMAGE]

    def run_container(self, *args, options=(), status=chain.DONE, **how):
        """Run to the end, and check its exit status."""
        r = engine.docker("run", "--rm", *self.arguments(options), *args, check=False, **how)
        self.assertEqual(r.returncode, status, "%s\n%s%s" % (args, r.stdout, r.stderr))
        return r

    def start_container(self, *args, options=()):
        """Its id."""
        return engine.said("run", "-d", *self.arguments(options), *args)

    def pid(self, container):
        """Of its first process, for kill -9: `docker kill` would keep it from being restarted."""
        return int(engine.said("inspect", "-f", "{{.State.Pid}}", container))

    def logs(self, container):
        r = engine.docker("logs", container)
        return r.stdout + r.stderr

    def wait_for_end(self, container):
        """Its exit status."""
        return int(engine.docker("wait", container, timeout=chain.PATIENCE).stdout)
