#pragma once
// What programs and browsers hold of us. Each kind begins with a word of its own, recognisable to programs that look for secrets in the
// wrong places; all have 256 random bits, so that a digest (token_digest) gives nothing away.
#include <string>
#include <string_view>

#include "sky/base/encode.h"

namespace sky::auth::oauth {

inline constexpr std::string_view access_prefix = "sky_at_", refresh_prefix = "sky_rt_", code_prefix = "sky_ac_", device_prefix = "sky_dc_",
                                  session_prefix = "sky_bs_", client_secret_prefix = "sky_cs_";

inline std::string new_secret(std::string_view prefix) { return std::string(prefix) + base64url_encode(random_bytes(32)); }

}  // namespace sky::auth::oauth
