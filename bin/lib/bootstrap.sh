# Finds a Python that can run the rest of bin/lib, or installs Debian's. Sourced by bin/run, bin/test, bin/check, bin/bench.

python_is_fit() {
  "$1" -c 'import sys, ensurepip, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

find_python() {
  local candidate
  for candidate in "${CRM_PYTHON:-}" /usr/bin/python3 python3 python3.13 python3.12 python3.11; do
    if [[ -n $candidate ]] && command -v "$candidate" >/dev/null && python_is_fit "$candidate"; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

install_python() {
  local as_root=()
  [[ $(id -u) == 0 ]] || as_root=(sudo -n)
  if ! command -v apt-get >/dev/null; then
    echo "Python 3.11 to 3.13 with venv is missing, and this system has no apt-get: install it, then run this again." >&2
    exit 1
  fi
  if [[ $(id -u) != 0 ]] && ! sudo -n true 2>/dev/null; then
    echo "Python 3.11 to 3.13 with venv is missing, and this user may not use sudo." >&2
    echo "Ask an administrator for: apt-get install python3 python3-venv" >&2
    exit 1
  fi
  echo "· Installing Python (apt-get install python3 python3-venv)"
  local log
  log=$(mktemp)
  if ! { "${as_root[@]}" apt-get update -qq && DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends python3 python3-venv; } >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    echo "apt-get could not install Python: check the network and /etc/apt/sources.list, then run this again." >&2
    exit 1
  fi
  rm -f "$log"
}

run_suite() {
  local python
  if ! python=$(find_python); then
    if [[ " $* " == *" --no-system "* ]]; then
      echo "Python 3.11 to 3.13 with venv is missing (Debian packages python3 python3-venv), and --no-system forbids installing it." >&2
      exit 1
    fi
    install_python
    python=$(find_python) || { echo "Debian's python3 is not between 3.11 and 3.13: set CRM_PYTHON to one that is." >&2; exit 1; }
  fi
  PYTHONPATH=$here/lib PYTHONDONTWRITEBYTECODE=1 exec "$python" -m suite "$@"
}
