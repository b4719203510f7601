// libedit's setters take a variable number of arguments, which Swift cannot call; each one in use has
// a function of fixed arguments here.
#include <histedit.h>
#include <stdio.h>

typedef char *(*sinter_el_prompt)(EditLine *);
typedef unsigned char (*sinter_el_command)(EditLine *, int);

static inline EditLine *sinter_el_open(const char *name) { return el_init(name, stdin, stdout, stderr); }

static inline void sinter_el_set_prompt(EditLine *el, sinter_el_prompt prompt) { el_set(el, EL_PROMPT, prompt); }

static inline void sinter_el_use_emacs_keys(EditLine *el) { el_set(el, EL_EDITOR, "emacs"); }

static inline void sinter_el_set_history(EditLine *el, History *list) { el_set(el, EL_HIST, history, list); }

// The wide form says that the function stores whole characters, not bytes.
static inline void sinter_el_set_reader(EditLine *el, el_rfunc_t reader) { el_wset(el, EL_GETCFN, reader); }

static inline void sinter_el_bind(EditLine *el, const char *key, const char *name, sinter_el_command command) {
  el_set(el, EL_ADDFN, name, name, command);
  el_set(el, EL_BIND, key, name, NULL);
}

static inline void sinter_el_bind_builtin(EditLine *el, const char *key, const char *command) {
  el_set(el, EL_BIND, key, command, NULL);
}

static inline int sinter_history_limit(History *list, int count) {
  HistEvent event;
  history(list, &event, H_SETUNIQUE, 1);
  return history(list, &event, H_SETSIZE, count);
}

static inline int sinter_history_add(History *list, const char *line) {
  HistEvent event;
  return history(list, &event, H_ENTER, line);
}

static inline int sinter_history_load(History *list, const char *path) {
  HistEvent event;
  return history(list, &event, H_LOAD, path);
}

static inline int sinter_history_save(History *list, const char *path) {
  HistEvent event;
  return history(list, &event, H_SAVE, path);
}
