"""Real servers for tests: Redis, and the Docker engine. Each dies with the process that started it.

A server listens on loopback or a unix socket, keeps its files in a folder that the test names, and
can be stopped, killed and started again at the same place. missing() says what a machine lacks: a
test that lacks something is skipped loudly, and fails in CI.
"""
import ctypes
import fcntl
import hashlib
import os
import random
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
import unittest

PATIENCE = 240          # seconds for a server to answer, on a busy machine
TICK = 0.02
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class NotThere(Exception):
    """A server did not start, or does not answer."""


def missing(*programs, root=False):
    """What this machine lacks of these programs (and of root), in words; "" if nothing."""
    lacking = [p for p in programs if not shutil.which(p)]
    if root and os.geteuid() != 0:
        lacking.append("root")
    return ", ".join(lacking)


def require(*programs, root=False):
    """Skip the test, loudly, if something is missing; in CI that is a failure."""
    lacking = missing(*programs, root=root)
    if not lacking:
        return
    if os.environ.get("CI"):
        raise AssertionError("in CI every test runs, and this machine lacks %s" % lacking)
    skip("this machine lacks " + lacking)


def require_containers():
    """TEST_CONTAINERS=none: where no engine can start by design, as in a chroot."""
    if os.environ.get("TEST_CONTAINERS") == "none":
        skip("TEST_CONTAINERS=none")


def skip(why):
    print("\n*** SKIPPED: " + why, file=sys.stderr, flush=True)
    raise unittest.SkipTest(why)


def cache(*names):
    """A place for what is made once for many runs: ~/.cache/winnow/NAMES."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(base, "winnow", *names)


def python_with(*packages, debian=False):
    """
    A Python with these packages of PyPI (each as "name==version"), made at its first use; with
    `debian` also with those of the system.
    """
    options = ["--system-site-packages"] if debian else []
    named = " ".join([*options, *packages]).encode()
    folder = cache("python-" + hashlib.sha256(named).hexdigest()[:16])
    python = os.path.join(folder, "bin", "python")
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    with open(folder + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(os.path.join(folder, "whole")):
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run(["/usr/bin/python3", "-m", "venv", *options, folder], check=True)
            subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True)
            open(os.path.join(folder, "whole"), "w").close()
    return python


_ports = []             # locks of those that this process has picked


def free_port():
    """
    A port of loopback that nobody has, and nobody else picks by this function while this process
    lives. The kernel gives it to nobody either: it is below those of outgoing connections.
    """
    folder = os.path.join("/tmp", "winnow-ports-%d" % os.getuid())
    os.makedirs(folder, exist_ok=True)
    while True:
        port = random.randrange(20000, 32000)
        lock = open(os.path.join(folder, str(port)), "w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            lock.close()
            continue
        _ports.append(lock)
        return port


def die_with_parent():
    """For preexec_fn."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class Server:
    """A program in the background that answers() at some time. Its log is beside its files."""

    name = "server"

    def __init__(self, folder):
        self.folder, self.popen = folder, None
        self.log_path = os.path.join(folder, self.name + ".log")
        os.makedirs(folder, exist_ok=True)

    def command(self):
        raise NotImplementedError

    def answers(self):
        raise NotImplementedError

    def start(self):
        """Start it, and wait until it answers; itself."""
        with open(self.log_path, "ab") as log:
            self.popen = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=log,
                                          stderr=log, cwd=self.folder, preexec_fn=die_with_parent)
        end = time.monotonic() + PATIENCE
        while not self.answers():
            if self.popen.poll() is not None or time.monotonic() > end:
                self.kill()
                raise NotThere("%s does not answer; its log ends with:\n%s" % (
                    self.name, self.log()[-2000:]))
            select.select([], [], [], TICK)
        return self

    @property
    def pid(self):
        return self.popen.pid

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as f:
            return f.read()

    def stop(self):
        """SIGTERM, and wait for the end; nothing if it does not run."""
        if self.popen is not None and self.popen.poll() is None:
            self.popen.terminate()
            try:
                self.popen.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.popen.kill()
        if self.popen is not None:
            self.popen.wait()

    def kill(self):
        """kill -9."""
        if self.popen is not None:
            self.popen.kill()
            self.popen.wait()


class Redis(Server):
    """redis-server on a port of loopback. What it has answered is on its disk (appendonly)."""

    name = "redis-server"

    def __init__(self, folder, port=None, options=()):
        """options: more flags, as ["--requirepass", "secret"]."""
        super().__init__(folder)
        self.port, self.options = port or free_port(), list(options)
        self.password = None
        if "--requirepass" in self.options:
            self.password = self.options[self.options.index("--requirepass") + 1]

    def command(self):
        return ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--dir",
                self.folder, "--appendonly", "yes", "--appendfsync", "always", "--save", "",
                *self.options]

    def answers(self):
        try:
            return self("PING") == b"PONG"
        except (OSError, NotThere):
            return False

    def __call__(self, *words):
        """One command on a connection of its own; its answer."""
        with Resp(("127.0.0.1", self.port), self.password) as connection:
            return connection(*words)

    def client(self):
        return Resp(("127.0.0.1", self.port), self.password)

    def uri(self, rest=""):
        """As redis://127.0.0.1:6379/0?stream=x for the rest "?stream=x"."""
        return "redis://127.0.0.1:%d/0%s" % (self.port, rest)


class Resp:
    """A connection to Redis: answers are bytes, whole numbers, None, and lists of these."""

    def __init__(self, address, password=None, timeout=PATIENCE):
        self.socket = socket.create_connection(address, timeout)
        self.file = self.socket.makefile("rb")
        if password is not None:
            self("AUTH", password)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.file.close()
        self.socket.close()

    def __call__(self, *words):
        self.send(words)
        return self.answer()

    def many(self, commands):
        """Several commands in one go; their answers."""
        commands = list(commands)
        self.socket.sendall(b"".join(map(self.packed, commands)))
        return [self.answer() for _ in commands]

    def send(self, words):
        self.socket.sendall(self.packed(words))

    @staticmethod
    def packed(words):
        words = [w if isinstance(w, bytes) else str(w).encode() for w in words]
        return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in words)

    def answer(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise NotThere("Redis has closed the connection")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise NotThere(rest.decode())
        if kind == b"+":
            return rest
        if kind == b":":
            return int(rest)
        if int(rest) < 0:
            return None
        if kind == b"$":
            return self.file.read(int(rest) + 2)[:-2]
        return [self.answer() for _ in range(int(rest))]


class Engine(Server):
    """
    dockerd, with its state in the folder `data` and its socket below `folder`.

    Containers do not die with it: start it in a process namespace of its own (unshare --pid
    --kill-child), where they do. bridge=False: no network but the host's, and iptables untouched.
    """

    name = "dockerd"

    def __init__(self, folder, data, bridge=True):
        super().__init__(folder)
        self.data, self.bridge = data, bridge
        self.socket = os.path.join(folder, "docker.sock")

    def command(self):
        at = lambda name: os.path.join(self.folder, name)
        network = [] if self.bridge else ["--bridge=none", "--iptables=false",
                                          "--ip-forward=false", "--ip6tables=false"]
        return ["dockerd", "--data-root", self.data, "--exec-root", at("exec"), "-H",
                "unix://" + self.socket, "--pidfile", at("dockerd.pid"), *network]

    def answers(self):
        return self.docker("info", check=False).returncode == 0

    def environment(self):
        """What makes docker and docker-compose talk to this one."""
        env = {k: v for k, v in os.environ.items() if not k.startswith("WINNOW_")}
        env.update(DOCKER_HOST="unix://" + self.socket, DOCKER_BUILDKIT="0",
                   COMPOSE_DOCKER_CLI_BUILD="0")
        return env

    def docker(self, *args, check=True, **options):
        """Run `docker ARGS`; a CompletedProcess with text. Its failure is one, with its words."""
        options = {"capture_output": True, "text": True, "stdin": subprocess.DEVNULL, **options}
        r = subprocess.run(["/usr/bin/docker", *args], env=self.environment(), **options)
        if check and r.returncode != 0:
            raise AssertionError("docker %s: %d\n%s%s" % (
                " ".join(args), r.returncode, r.stdout or "", r.stderr or ""))
        return r

    def said(self, *args):
        """What `docker ARGS` prints, without the end of its line."""
        return self.docker(*args).stdout.strip()


class Kafka(Server):
    """
    One real broker (Apache Kafka, KRaft: its own controller) on loopback. Its jars come from Maven
    Central by mvn, once for a machine.
    """

    name = "kafka"
    VERSION = "4.3.1"
    POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
      <modelVersion>4.0.0</modelVersion>
      <groupId>winnow</groupId><artifactId>kafka-for-tests</artifactId><version>1</version>
      <dependencies><dependency>
        <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId>
        <version>%s</version>
      </dependency></dependencies>
    </project>"""

    def __init__(self, folder, options=()):
        """options: lines of server.properties, as ["message.max.bytes=100000"]."""
        super().__init__(folder)
        self.port, controller = free_port(), free_port()
        self.jars = self.fetch()
        self.properties = os.path.join(folder, "server.properties")
        at = "127.0.0.1:%d"
        with open(self.properties, "w") as f:
            f.write("\n".join([
                "process.roles=broker,controller", "node.id=1",
                "controller.quorum.voters=1@" + at % controller,
                "listeners=PLAINTEXT://%s,CONTROLLER://%s" % (at % self.port, at % controller),
                "advertised.listeners=PLAINTEXT://" + at % self.port,
                "controller.listener.names=CONTROLLER", "inter.broker.listener.name=PLAINTEXT",
                "log.dirs=" + os.path.join(folder, "data"), "num.partitions=3",
                "offsets.topic.replication.factor=1", "offsets.topic.num.partitions=1",
                "group.initial.rebalance.delay.ms=0", *options]) + "\n")
        self.java("kafka.tools.StorageTool", "format", "-t", "4L6g3nShT-eMCtK--X86sw", "-c",
                  self.properties)

    @classmethod
    def fetch(cls):
        """The folder with the jars."""
        folder = cache("kafka-" + cls.VERSION)
        os.makedirs(folder, exist_ok=True)
        with open(folder + ".lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not os.path.exists(os.path.join(folder, "whole")):
                with open(os.path.join(folder, "pom.xml"), "w") as f:
                    f.write(cls.POM % cls.VERSION)
                cls.download(folder)
                open(os.path.join(folder, "whole"), "w").close()
        return os.path.join(folder, "jars")

    @staticmethod
    def download(folder):
        try:
            subprocess.run(["mvn", "-q", "-B", "dependency:copy-dependencies",
                            "-DincludeScope=runtime", "-DoutputDirectory=jars"],
                           cwd=folder, check=True, timeout=600)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as e:
            skip("the jars of Kafka cannot be had (%s): what is said of it is shown only by "
                 "librdkafka's mock, in the unit tests" % e)

    def java(self, *args):
        subprocess.run(["java", "-cp", self.jars + "/*", *args], cwd=self.folder, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def command(self):
        return ["java", "-Xmx400m", "-XX:TieredStopAtLevel=1", "-cp", self.jars + "/*",
                "kafka.Kafka", self.properties]

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    @property
    def broker(self):
        return "127.0.0.1:%d" % self.port

    def uri(self, topic):
        return "kafka://%s/%s" % (self.broker, topic)
