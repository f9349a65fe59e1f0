#pragma once
// libunbound's context, made of Options.
#include <unbound.h>

#include <memory>

#include "sky/dns/resolver.h"

namespace sky::dns {

struct DeleteContext {
    void operator()(ub_ctx* context) const { ub_ctx_delete(context); }  // joins its thread
};
using Context = std::unique_ptr<ub_ctx, DeleteContext>;

Result<Context> make_context(const Options& options);

}  // namespace sky::dns
