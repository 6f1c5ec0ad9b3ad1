#!/usr/bin/env bash
# Brings warden to a new proxy box and hands over to it. Runs until it has worked once, as a unit of its own:
# cloud-init would run it once and never again, whatever came of it. Everything that may change between releases
# is in warden; this text is part of the user data, and changed user data stops and starts the box.
set -euo pipefail

readonly wardens=/opt/airlock/warden

main() {
  local delay=5
  until "$0" once; do
    echo "not yet; next try in ${delay} s" >&2
    sleep "$delay"
    delay=$((delay * 2 > 300 ? 300 : delay * 2))
  done
}

once() {
  # Whoever can use Session Manager could open a shell here, and nobody needs to.
  systemctl mask --now amazon-ssm-agent.service || true

  # Right after the first boot something else may be cleaning dnf's cache: a failure here is tried again.
  dnf --assumeyes --quiet install nodejs22 amazon-cloudwatch-agent
  install --directory --mode=0755 /opt/airlock/bin "$wardens"
  ln --symbolic --force --no-dereference "$(command -v node-22 || command -v node)" /opt/airlock/bin/node

  local token region manifest
  token=$(metadata api/token --request PUT --header 'X-aws-ec2-metadata-token-ttl-seconds: 60')
  region=$(metadata meta-data/placement/region --header "X-aws-ec2-metadata-token: ${token}")
  manifest=$(aws ssm get-parameter --region "$region" --name "$AIRLOCK_PARAMETER" \
    --query Parameter.Value --output text)

  local bucket key sha256
  bucket=$(field bucket '[a-z0-9.-]+' "$manifest")
  key=$(field key "[0-9A-Za-z!_.*'()/-]+" "$manifest")
  sha256=$(field sha256 '[0-9a-f]{64}' "$manifest")

  local scratch
  scratch=$(mktemp --directory "$wardens/.new-XXXXXX")
  # shellcheck disable=SC2064 # the name is known now and gone later
  trap "rm -rf '$scratch'" EXIT
  aws s3 cp --only-show-errors --region "$region" "s3://${bucket}/${key}" "$scratch/warden.cjs"
  echo "${sha256}  ${scratch}/warden.cjs" | sha256sum --check --status
  chmod 0755 "$scratch"
  rm -rf "${wardens:?}/$sha256"
  mv --no-target-directory "$scratch" "$wardens/$sha256"
  ln --symbolic --force --no-dereference "$sha256" "$wardens/current"
  sync --file-system "$wardens"

  exec /opt/airlock/bin/node "$wardens/current/warden.cjs" install
}

metadata() {
  local path=$1
  shift
  curl --silent --show-error --fail --max-time 5 "$@" "http://169.254.169.254/latest/${path}"
}

# One field of the manifest's `warden`, refused unless it looks as it should.
field() {
  local value
  value=$(/opt/airlock/bin/node -e \
    'process.stdout.write(String(JSON.parse(process.argv[2]).warden[process.argv[1]]))' "$1" "$3")
  [[ $value =~ ^($2)$ ]] || { echo "the box parameter's warden.$1 is not usable" >&2; return 1; }
  printf '%s' "$value"
}

"${1:-main}"
