#pragma once
// What makes a client: by a program itself (RFC 7591 §2, §3.1) or by an administrator. Pure.
#include <boost/json.hpp>

#include "auth/oauth/client.h"

namespace sky::auth::oauth {

// A new name that nobody can guess, and nobody else has.
std::string new_client_id();

// Takes what is not given from the defaults of RFC 7591 §2 and checks all of it: names, addresses, grant types, scopes.
// invalid_redirect_uri or invalid_client_metadata.
Outcome<Client> checked_client(Client client);

// The body of a registration. What is not known here is passed over (§2).
Outcome<Client> registered_client(std::string_view body);
// The answer (§3.2.1).
boost::json::object registration_of(const Client& client, std::string_view secret);

}  // namespace sky::auth::oauth
