#pragma once
// A certificate authority for one test, in a directory of its own that goes with it.
#include <filesystem>
#include <string>

#include "sky/rpc/credentials.h"

namespace sky::rpc::testing {

class Authority {
  public:
    Authority();
    ~Authority();
    Authority(const Authority&) = delete;
    Authority& operator=(const Authority&) = delete;

    // A certificate with this common name, good for localhost and 127.0.0.1 as server and as client.
    Credentials issue(const std::string& name);
    const std::filesystem::path& directory() const { return directory_; }

  private:
    std::filesystem::path directory_;
    struct Keys;
    Keys* keys_;
};

}  // namespace sky::rpc::testing
