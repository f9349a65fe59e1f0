#include "mechanisms.h"

namespace sky::sasl {
namespace {
// Name, then password, each asked for with the very words that old clients compare.
class Login final : public Mechanism {
  public:
    Step begin(std::optional<std::string> initial) override {
        if (!initial) return Challenge{"Username:"};
        return answer(std::move(*initial));
    }
    Step answer(std::string response) override {
        if (!name_) {
            if (response.empty()) return bad_exchange("empty name");
            name_ = std::move(response);
            return Challenge{"Password:"};
        }
        return checked({"", *name_, std::move(response)});
    }

  private:
    std::optional<std::string> name_;
};
}  // namespace

std::unique_ptr<Mechanism> make_login() { return std::make_unique<Login>(); }

}  // namespace sky::sasl
