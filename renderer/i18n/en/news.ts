/** English texts of what is told of runs that need a person. Notifications carry no text of a pipeline but its name. */
export const enNews = {
  "news.on": "Notifications are on: you are told when a run needs you while you look elsewhere",
  "news.off": "Notifications are off: tell me when a run needs me while I look elsewhere",
  "news.refused":
    "Your browser does not allow notifications here. Allow them for this address in its settings; until then news appear in this window.",
  "news.question": "A question waits for your answer.",
  "news.look": "A step keeps failing and is still being tried: have a look.",
  "news.person": "A step cannot go on by itself: a person is needed.",
  "news.many": "{{n}} runs need you.",
  "news.show": "Show",
} as const;
