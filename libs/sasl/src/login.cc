#include "mechanism.h"

namespace sky::sasl {
namespace {
// Name, then password, each asked for with the very words that old clients compare.
class Login final : public Mechanism {
  public:
    std::string greeting() const override { return "Username:"; }
    Turn answer(std::string response) override {
        if (name_) return checked({"", *name_, std::move(response)});
        if (response.empty() || !is_name_or_empty(response)) return malformed("empty or impossible name");
        name_ = std::move(response);
        return Ask{"Password:"};
    }

  private:
    std::optional<std::string> name_;
};
}  // namespace

std::unique_ptr<Mechanism> make_login(Opening&&) { return std::make_unique<Login>(); }

}  // namespace sky::sasl
