#pragma once
#include "sky/telemetry/metrics.h"

namespace sky::groupware::counted {

inline metrics::CounterFamily requests{
    "skybridge_groupware_requests_total", "Requests by method and class of status (2 to 5).", {"method", "class"}};
inline metrics::CounterFamily sign_ins{
    "skybridge_groupware_authentications_total", "Sign-ins by outcome: ok, remembered, refused, failed.", {"outcome"}};
inline metrics::Histogram seconds{"skybridge_groupware_request_seconds", "From the whole request read to its answer."};

}  // namespace sky::groupware::counted
