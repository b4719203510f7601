"""What the benchmarks share: where things are, the generated data, `sinter bench`, tables, the sections of RESULTS.md.

    SINTER_SHARED   the folder that holds bench/ (generator, expected answers, adapters) and data/; default ../shared
    BENCH_PYTHON    a Python with numpy, pyarrow and the peers; default python3
    BENCH_DIR       scratch folder for generated data and stores; default a temporary folder
    SINTER          the command; default `sinter` on the PATH
"""
import json
import os
import platform
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HERE = os.path.join(TOP, "Benchmarks")
SHARED = os.path.abspath(os.environ.get("SINTER_SHARED", os.path.join(TOP, "..", "shared")))
BENCH = os.path.join(SHARED, "bench")
PYTHON = os.environ.get("BENCH_PYTHON", "python3")
SCRATCH = os.environ.get("BENCH_DIR") or os.path.join(tempfile.gettempdir(), "sinter-bench")
SINTER = os.environ.get("SINTER", "sinter")
RESULTS = os.path.join(HERE, "RESULTS.md")
LOAD = os.getloadavg()[0]     # other work on the machine, before any of ours
ENVIRONMENT = {**os.environ, "BENCH_DIR": SCRATCH, "PYTHONDONTWRITEBYTECODE": "1"}


def note(text):
    print(text, file=sys.stderr, flush=True)


def run(arguments, **options):
    return subprocess.run(arguments, env=ENVIRONMENT, check=True, **options)


def require_bench():
    if not os.path.exists(os.path.join(BENCH, "run_graph.py")):
        sys.exit(f"No benchmark in {BENCH}; name the folder that holds bench/ in SINTER_SHARED.")


def prepare(scale):
    """The folder of the generated shop with its expected answers; made once."""
    require_bench()
    data = os.path.join(SCRATCH, "data", scale)
    if not os.path.exists(os.path.join(data, "manifest.json")):
        note(f"generating scale {scale} …")
        os.makedirs(data, exist_ok=True)
        run([PYTHON, os.path.join(BENCH, "gen.py"), "--scale", scale, "--out", data], stdout=sys.stderr)
    if not os.path.exists(os.path.join(data, "expected.json")):
        note("computing the expected answers …")
        run([PYTHON, os.path.join(BENCH, "oracle.py"), data], stdout=sys.stderr)
    return data


def read_json(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return json.load(file)


def store_path(data):
    """The store that `run_graph.py` leaves behind after it has measured Sinter's load."""
    return os.path.join(SCRATCH, "db", f"sinter_json-{os.path.basename(data)}")


def loaded_store(data):
    """That store, loaded now when it is not there."""
    store = store_path(data)
    if not os.path.exists(store):
        note("loading …")
        os.makedirs(os.path.dirname(store), exist_ok=True)
        run([SINTER, "load", store, "--neo4j", os.path.join(data, "neo4j")], stdout=subprocess.DEVNULL)
    return store


def queries():
    """The texts of the workloads, {name: text}, as the peers that speak the language get them."""
    names = {}
    with open(os.path.join(BENCH, "peers", "queries.py"), encoding="utf-8") as file:
        exec(compile(file.read(), "queries.py", "exec"), names)
    return {name: text for name, text in names.items() if name.startswith("W")}


def bench(store, texts, parameters=None, seconds=1.0, answers=False, more=()):
    """`sinter bench` on statements, a call of each for each of the parameters: (figures, rows of each call of the first pass)."""
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "statements.cypher")
        with open(file, "w", encoding="utf-8") as out:
            out.write(";\n".join([texts] if isinstance(texts, str) else texts))
        command = [SINTER, "bench", store, "-f", file, "--seconds", str(seconds), "--format", "json", *more]
        if parameters:
            lines = os.path.join(folder, "parameters.jsonl")
            with open(lines, "w", encoding="utf-8") as out:
                out.writelines(json.dumps(one) + "\n" for one in parameters)
            command += ["--param-lines", lines]
        rows = os.path.join(folder, "answers.jsonl")
        if answers:
            command += ["--answers", rows]
        figures = json.loads(run(command, stdout=subprocess.PIPE, text=True).stdout)
        if not answers:
            return figures, None
        with open(rows, encoding="utf-8") as file:
            return figures, [json.loads(line) for line in file]


class Shell:
    """`sinter shell --json`: a request and its answer, a line each."""

    def __init__(self, store):
        self.process = subprocess.Popen([SINTER, "shell", "--json", store], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, query, **parameters):
        self.process.stdin.write(json.dumps({"query": query, "params": parameters}).encode() + b"\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            sys.exit(f"{answer['error']}\n{query}")
        return answer["rows"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def build_limit(name, *flags):
    """Compiles Benchmarks/limits/`name`.c; None where that is not possible."""
    source = os.path.join(HERE, "limits", name + ".c")
    program = os.path.join(SCRATCH, name)
    os.makedirs(SCRATCH, exist_ok=True)
    if not os.path.exists(source):
        return None
    done = subprocess.run(["gcc", "-O2", "-march=native", source, "-o", program, *flags], capture_output=True, text=True)
    if done.returncode != 0:
        note(f"{source} does not compile:\n{done.stderr[-1000:]}")
        return None
    return program


def quantile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def short(number):
    """Three digits, with separators of thousands."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def table(head, rows, right=1):
    """A Markdown table; columns from `right` on are aligned to the right."""
    lines = [head, [("---:" if column >= right else "---") for column in range(len(head))], *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def machine():
    """What a section says about where and when it was measured."""
    model = platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
        model = f"{names[0]}, {model}" if names else model
    return f"{os.cpu_count()} processors, {model}; {time.strftime('%Y-%m-%d')}, load average {LOAD:.1f} at the start"


def write_section(section, text, title=None):
    """Replaces what stands between the section's two marks in RESULTS.md, or adds the section under its title."""
    begin, end = f"<!-- begin {section} -->\n", f"<!-- end {section} -->\n"
    with open(RESULTS, encoding="utf-8") as file:
        old = file.read()
    if begin in old and end in old:
        head, rest = old.split(begin, 1)
        new = head + begin + text + end + rest.split(end, 1)[1]
    else:
        new = old.rstrip("\n") + f"\n\n## {title or section}\n\n" + begin + text + end
    with open(RESULTS, "w", encoding="utf-8") as file:
        file.write(new)
