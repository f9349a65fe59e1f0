#pragma once
// Between the contract's messages and our values.
#include <chrono>

#include "sky/base/result.h"
#include "sky/identity/principal.h"
#include "sky/identity/settings.h"
#include "sky/identity/standing.h"
#include "skybridge/auth/v1/auth.pb.h"
#include "skybridge/directory/v1/directory.pb.h"

namespace sky::identity {

skybridge::auth::v1::AuthenticateRequest request_of(Attempt attempt);
void add_dialogue(skybridge::auth::v1::AuthenticateRequest& request, Dialogue dialogue);  // all but the initial response
// How long to wait before the client hears of it: what auth asks for, but never over 15 s.
std::chrono::milliseconds delay_of(const skybridge::auth::v1::AuthenticateReply& reply);
Result<Principal> principal_of(const skybridge::auth::v1::AuthenticateReply& reply);

// FAILED and what this build does not know are always temporary.
Result<Recipient> recipient_of(const skybridge::directory::v1::ResolveReply& reply);

skybridge::directory::v1::AuthorizeRequest request_of(TenantId tenant, AccountId subject, Action action, std::string object);
Permission permission_of(const skybridge::directory::v1::AuthorizeReply& reply);
Settings settings_of(const skybridge::directory::v1::MailboxSettings& reply);
Standing standing_of(const skybridge::directory::v1::Standing& reply);
skybridge::directory::v1::FindPrincipalsRequest request_of(TenantId tenant, NeighboursAsked asked);
std::vector<Neighbour> neighbours_of(const skybridge::directory::v1::FindPrincipalsReply& reply);

}  // namespace sky::identity
