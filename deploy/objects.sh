# Sourced by the scripts of both object stores: keys, a bucket, and how a process of theirs is started.
# A script sets what service.sh asks for, and `command` (an array) before it calls `launch`.
source "$(dirname "${BASH_SOURCE[0]}")/service.sh"

bucket=khoso-test
mark=$folder/data
python=$(dirname "${BASH_SOURCE[0]}")/../.venv/bin/python

# Both stores take the same keys, so that the tests need one pair.
make_keys() {
    install -d -m 700 "$services" "$folder"
    [[ -e $services/s3-secret ]] ||
        (umask 077 && od -An -N 16 -t x1 /dev/urandom | tr -d ' \n' >"$services/s3-secret")
    access=khoso
    secret=$(<"$services/s3-secret")
}

launch() {
    running && return
    setsid "${command[@]}" >"$folder/log" 2>&1 </dev/null &
    echo $! >"$folder/pid"
}

wait_for() {  # until this address answers
    local tries
    for ((tries = 0; tries < 300; tries++)); do
        curl --silent --fail --output /dev/null "$1" && return
        running || break
        sleep 0.1
    done
    stop "no answer, see $folder/log"
}

make_bucket() {
    "$python" - "127.0.0.1:$port" "$access" "$secret" "$bucket" <<'PYTHON'
import sys

from minio import Minio

endpoint, access, secret, bucket = sys.argv[1:]
client = Minio(endpoint, access, secret, secure=False)
if not client.bucket_exists(bucket):
    client.make_bucket(bucket)
PYTHON
}

tell() {  # the line that the tests need, on stdout alone
    echo "export $1=s3://$bucket?endpoint=http://127.0.0.1:$port KHOSO_S3_ACCESS_KEY=$access KHOSO_S3_SECRET_KEY=$secret"
}
