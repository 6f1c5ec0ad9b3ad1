# shellcheck shell=sh
# Compares directories of skills with the list, lines of `sha256 name version`. It refuses a listed name with other
# contents, and reports one that isn't listed.
bad=0
for skill; do
  [ -e "$skill" ] || continue
  # The name reaches the console as plain text, whatever it holds.
  name=$(printf %s "${skill##*/}" | tr -c 'A-Za-z0-9._-' '?')
  # A link or a device doesn't belong in a skill: its name changes the sum.
  sum=$(cd "$skill" && {
    find . -type f -print0 | LC_ALL=C sort -z | xargs -0r sha256sum
    find . ! -type f ! -type d
  } | sha256sum | cut -c-64)
  case $(grep -F " $name " "${AIRLOCK_ROOT:-}/etc/airlock/skills") in
    "$sum "*) ;;
    '') echo "airlock: skill not listed: $name, sha256 $sum" ;;
    *)
      echo "airlock: skill differs: $name, sha256 $sum"
      bad=1
      ;;
  esac
done
exit $bad
