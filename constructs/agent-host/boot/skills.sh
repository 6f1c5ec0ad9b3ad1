# shellcheck shell=sh
# Compares directories of skills with the manifest, lines of `sha256 name version`. A listed name with other contents
# is refused; what isn't listed is reported.
bad=0
for skill; do
  [ -e "$skill" ] || continue
  # Whatever the name holds, it reaches the console as plain text.
  name=$(printf %s "${skill##*/}" | tr -c 'A-Za-z0-9._-' '?')
  # A link or a device has no place in a skill: listing it changes the sum.
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
