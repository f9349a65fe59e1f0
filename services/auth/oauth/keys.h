#pragma once
// The keys that sign identity tokens: made, sealed, rotated, used. PostgreSQL is asked each time; a key that was replaced signs nothing
// more.
#include "auth/oauth/key_plan.h"
#include "auth/sealing.h"
#include "auth/store/oauth_keys.h"
#include "sky/async/offload.h"
#include "sky/jwt/key.h"

namespace sky::auth::oauth {

struct KeyMaking {
    pg::Pool& pool;
    const Seal& seal;
    OffloadPool& work;  // RSA keys take a moment
    std::chrono::seconds life;
};

// Makes the keys that are missing, in whichever replica comes first.
Task<Result<void>> keep_keys(KeyMaking making, Deadline deadline);

// New keys now, whatever the schedule says. kept: they sign in a few minutes, when whoever keeps our keys has looked again; the others are
// shown until what they signed has ended. dropped: the others may be in wrong hands: the new ones sign at once and nobody trusts the
// others.
enum class Others { kept, dropped };
Task<Result<std::vector<KeyRow>>> replace_keys(const Seal& seal, OffloadPool& work, pg::Transaction& transaction, Others others, Time now,
                                               Deadline deadline);

// Fault::unavailable while there is none yet.
Task<Result<jwt::PrivateKey>> signing_key(pg::Pool& pool, const Seal& seal, jwt::Algorithm algorithm, Deadline deadline);

}  // namespace sky::auth::oauth
