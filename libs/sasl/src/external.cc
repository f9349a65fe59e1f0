#include "mechanism.h"

namespace sky::sasl {
namespace {
// RFC 4422 §A: the whole message is the authorization identity; who the client is, its certificate says.
class ExternalMechanism final : public Mechanism {
  public:
    Turn answer(std::string message) override {
        if (!is_name_or_empty(message)) return malformed("EXTERNAL: too long or not text");
        return External{std::move(message)};
    }
};
}  // namespace

std::unique_ptr<Mechanism> make_external(Opening&&) { return std::make_unique<ExternalMechanism>(); }

}  // namespace sky::sasl
