#pragma once
// Certificates made in memory and written to a directory of the test's own.
#include <string>

namespace sky::net {

class ScratchDirectory {
  public:
    ScratchDirectory();
    ~ScratchDirectory();
    std::string operator/(const std::string& name) const { return path_ + "/" + name; }
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

// Self-signed, for `name`, valid for a day from now (or until a day ago); NAME.crt and NAME.key at `base`.
enum class Validity { valid, expired };
void write_certificate(const std::string& base, const std::string& name, Validity validity = Validity::valid);

}  // namespace sky::net
