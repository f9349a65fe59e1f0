# Headers of packages that nearly every file of a kind of room reads (cmake/precompiled/<kind>.h), parsed once: it is more than half of what
# compiling costs. Files include what they use all the same. Paths are relative to the build folder, where Ninja runs the compiler, and
# nothing in the result depends on where the checkout is, so that ccache knows it, and what was made with it, in every checkout.
option(SKYBRIDGE_PRECOMPILED "Parse packages' headers once a kind of room" OFF)
if(NOT SKYBRIDGE_PRECOMPILED)
  function(sky_precompile target kind)
  endfunction()
  return()
endif()
get_directory_property(sky_directory_options COMPILE_OPTIONS)
string(TOUPPER "${CMAKE_BUILD_TYPE}" sky_build_type)
separate_arguments(sky_precompiled_flags UNIX_COMMAND "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${sky_build_type}}")
file(RELATIVE_PATH sky_precompiled_headers ${CMAKE_BINARY_DIR} ${CMAKE_SOURCE_DIR}/cmake/precompiled)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/precompiled)

foreach(kind IN ITEMS std_test asio asio_test rpc rpc_test)
  set(out precompiled/${kind}.pch)
  set(definitions "$<FILTER:$<TARGET_PROPERTY:sky_flags,INTERFACE_COMPILE_DEFINITIONS>;$<TARGET_PROPERTY:fmt::fmt,INTERFACE_COMPILE_DEFINITIONS>,EXCLUDE,^$>")
  add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/${out}
    COMMAND ${CMAKE_CXX_COMPILER_LAUNCHER} ${CMAKE_CXX_COMPILER} ${sky_precompiled_flags} ${sky_directory_options} -fPIC
      "$<TARGET_PROPERTY:sky_flags,INTERFACE_COMPILE_OPTIONS>" "-D$<JOIN:${definitions},;-D>" ${CMAKE_CXX23_STANDARD_COMPILE_OPTION}
      -Xclang -fno-pch-timestamp -fpch-instantiate-templates -x c++-header
      -MD -MT ${out} -MF ${out}.d -o ${out} -c ${sky_precompiled_headers}/${kind}.h
    DEPENDS cmake/precompiled/${kind}.h DEPFILE ${out}.d WORKING_DIRECTORY ${CMAKE_BINARY_DIR}
    COMMENT "Precompiling ${kind}" COMMAND_EXPAND_LISTS VERBATIM)
  add_custom_target(precompiled_${kind} DEPENDS ${CMAKE_BINARY_DIR}/${out})
endforeach()

# KIND: asio or rpc for what ships, std_test, asio_test or rpc_test for tests. The target's definitions are those of sky_flags and fmt, or more.
function(sky_precompile target kind)
  add_dependencies(${target} precompiled_${kind})
  # Programs are made position-independent as libraries are: the compiler wants the same for both sides.
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fPIC> "SHELL:-include-pch precompiled/${kind}.pch"
    "SHELL:-Xclang -fno-pch-timestamp")
endfunction()
