#include "mechanism.h"

namespace sky::sasl {
namespace {
// RFC 4616 §2: message = [authzid] UTF8NUL authcid UTF8NUL passwd
class Plain final : public Mechanism {
  public:
    Turn answer(std::string message) override {
        const auto first = message.find('\0');
        const auto second = first == std::string::npos ? first : message.find('\0', first + 1);
        if (second == std::string::npos) return malformed("PLAIN needs three parts");
        return checked({message.substr(0, first), message.substr(first + 1, second - first - 1), message.substr(second + 1)});
    }
};
}  // namespace

std::unique_ptr<Mechanism> make_plain(Opening&&) { return std::make_unique<Plain>(); }

}  // namespace sky::sasl
