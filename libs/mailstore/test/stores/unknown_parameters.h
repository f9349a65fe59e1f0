#pragma once
// For PREPARE and EXECUTE of a statement whose parameters are not known: how it is planned for all of them.
#include <algorithm>
#include <cctype>
#include <string>

namespace sky::mailstore {

struct UnknownParameters {
    std::string declared;  // "(unknown, unknown)", or nothing
    std::string nulls;     // "(null, null)", or nothing
};

inline UnknownParameters unknown_parameters(const std::string& sql) {
    int count = 0;
    for (auto at = sql.find('$'); at != sql.npos; at = sql.find('$', at + 1))
        if (std::isdigit(static_cast<unsigned char>(sql[at + 1])) != 0) count = std::max(count, std::stoi(sql.substr(at + 1)));
    UnknownParameters out;
    for (int i = 1; i <= count; ++i) {
        out.declared += i == 1 ? "(unknown" : ", unknown";
        out.nulls += i == 1 ? "(null" : ", null";
    }
    if (count > 0) (out.declared += ')', out.nulls += ')');
    return out;
}

}  // namespace sky::mailstore
