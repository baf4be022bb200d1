# shellcheck shell=bash
# The virtual environments of the tools. Sourced, not run; the caller sets `repo`.

readonly oldest_minor=11 newest_minor=13

# Ctrl-C is no failure of Python or pip, and needs no advice.
trap 'echo "${0##*/}: interrupted; started again, it goes on" >&2; exit 130' INT

fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

python_fits() {
  "$1" -c "import sys; sys.exit(not (3, $oldest_minor) <= sys.version_info < (3, $((newest_minor + 1))))" 2>/dev/null
}

# Prints the Python to use: $PYTHON if it is set, else the first on the PATH that fits.
find_python() {
  local candidate candidates=(python3 python3.13 python3.12 python3.11)
  [[ -z ${PYTHON:-} ]] || candidates=("$PYTHON")
  for candidate in "${candidates[@]}"; do
    if command -v "$candidate" >/dev/null && python_fits "$candidate"; then
      command -v "$candidate"
      return
    fi
  done
  local found
  found=$("${candidates[0]}" --version 2>&1) || found="no working ${candidates[0]}"
  fail "needs Python 3.$oldest_minor to 3.$newest_minor; found ${found##*$'\n'};" \
    "install one (sudo apt install python3 python3-venv) or name it: PYTHON=/path/to/python3 $0"
}

create_environment() {
  local folder=$1 python
  python=$(find_python) || exit 1
  "$python" -c 'import ensurepip, venv' 2>/dev/null ||
    fail "$python cannot make virtual environments; sudo apt install python3-venv"
  echo "making $folder with $("$python" --version)"
  "$python" -m venv "$folder" || { rm -rf "$folder"; fail "could not make $folder"; }
}

# make_environment FOLDER [[EXTRA,...]] [GROUP...]: a virtual environment with the package,
# editable, its extras if there is a word in brackets, and the dependency groups.
make_environment() {
  local folder=$1 extras='' word groups=()
  shift
  for word; do
    case $word in
      \[*) extras=$word ;;
      *) groups+=(--group "$repo/pyproject.toml:$word") ;;
    esac
  done
  keep_installed "$folder" -e "$repo$extras" ${groups[@]+"${groups[@]}"}
}

# Everything that trains, with all of Keras's backends, and the tests.
make_train_environment() {
  make_environment "$1" '[train,jax,torch]' test bench
}

# make_tflite_environment FOLDER: the device on the runtime of 32-bit boards, which needs
# Python 3.11. Without one there is no such environment, and status 1 says so.
make_tflite_environment() {
  local PYTHON=python3.11
  python_fits "$PYTHON" || return 1
  keep_installed "$1" --no-deps tflite-runtime==2.14.0 'numpy>=1.26,<2' 'scipy>=1.11,<2' -e "$repo"
}

# keep_installed FOLDER PIP-ARGUMENT...: makes the environment if need be. Installs again only
# when pyproject.toml, the arguments, the checkout's place or Python changed.
keep_installed() {
  local folder=$1 stamp
  shift
  # one whose making was cut short has no pip, and is made again
  if [[ ! -e $folder/.installed ]] && ! "$folder/bin/python" -m pip --version &>/dev/null; then
    rm -rf "$folder"
    create_environment "$folder"
  fi
  python_fits "$folder/bin/python" || fail "$folder has no Python 3.$oldest_minor to" \
    "3.$newest_minor; remove it (rm -r $folder) and start again"
  stamp=$({ cat "$repo/pyproject.toml"; echo "$repo $*"; "$folder/bin/python" --version; } | sha256sum)
  [[ $stamp != "$(cat "$folder/.installed" 2>/dev/null)" ]] || return 0
  install_into "$folder" "$@"
  echo "$stamp" >"$folder/.installed"
}

install_into() {
  local folder=$1 pip
  shift
  pip=("$folder/bin/python" -m pip --quiet --disable-pip-version-check)
  echo "installing into $folder (the first time takes a minute or two)"
  if [[ $* == *--group* ]]; then
    "${pip[@]}" install --upgrade 'pip>=25.1' || fail "pip could not be renewed; it says why above"
  fi
  "${pip[@]}" install "$@" || fail "the installation failed; pip says why above"
}
