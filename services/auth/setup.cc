#include "auth/setup.h"

#include <fmt/format.h>

#include "auth/access/access.h"
#include "auth/store/tokens.h"
#include "sky/base/encode.h"

namespace sky::auth {

Task<Result<void>> offer_setup(pg::Pool& pool, pg::Deadline deadline) {
    const std::string token = "sky_setup_" + hex_encode(random_bytes(24));
    auto offered = co_await offer_setup_token(pool, token_digest(token), deadline);
    if (!offered) co_return forward(offered);
    if (!*offered) co_return Result<void>{};
    fmt::print(
        "Nobody administers this installation yet. Setup token, good for one use within a day:\n  {}\n"
        "Exchange it: echo TOKEN | skyctl token setup --token-stdin\n",
        token);
    std::fflush(stdout);
    co_return Result<void>{};
}

}  // namespace sky::auth
