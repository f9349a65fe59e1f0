#pragma once
// A database of its own for one test, on the scratch PostgreSQL (SKYBRIDGE_TEST_PG), with the migrations of the named rooms.
#include <string>
#include <vector>

namespace support {

class ScratchDatabase {
  public:
    // rooms: folders below the project's root that hold migrations/NNNN_*.sql, in the order they are applied.
    explicit ScratchDatabase(const std::vector<std::string>& rooms);
    ~ScratchDatabase();
    ScratchDatabase(const ScratchDatabase&) = delete;
    ScratchDatabase& operator=(const ScratchDatabase&) = delete;

    std::string owner_dsn() const;
    // As one of the login roles: sky_auth, sky_delivery, sky_imap, sky_pop3, sky_groupware.
    std::string dsn(const std::string& role) const;
    // Any statements, as the owner; the first column of the first row as text.
    std::string sql(const std::string& statements) const;

  private:
    std::string base_;
    std::string name_;
};

}  // namespace support
