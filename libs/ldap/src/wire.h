#pragma once
// The octets below libldap and its TLS. Its own layer makes a busy loop of a handshake that the other side does not go on with; here every
// read and write waits until a point in time and then fails for good.
#include <lber.h>

#include "sky/async/timer.h"

namespace sky::ldap {

struct Wire {
    int socket;
    Deadline until;
};

// Puts it at the bottom of libldap's stack; `wire` outlives that. The socket is closed with the stack.
bool lay(Sockbuf* stack, Wire& wire);

}  // namespace sky::ldap
