# Ends a server as soon as the harness that started it has ended, whatever ended the harness.
# Standard input is a pipe whose other end only the harness holds, so it closes with the harness.
# The first line is the process group of the server; a line "gone" says that the group is empty.
# $1: the command of `stop:`, or nothing.
trap '' HUP INT QUIT TERM PIPE TSTP TTOU
stop=$1
read -r group || exit 0
while read -r line; do
    [ "$line" = gone ] && group=
done

status=0
if [ -n "$stop" ]; then
    (trap - HUP INT QUIT TERM PIPE TSTP TTOU; exec sh -c "$stop" </dev/null >/dev/null)
    status=$?
fi

signal() {
    [ -n "$group" ] && kill -s "$1" -- "-$group" 2>/dev/null
}
turn=0
signal TERM
while signal 0 && [ "$turn" -lt 60 ]; do
    sleep 0.05
    turn=$((turn + 1))
done
signal KILL
exit "$status"
