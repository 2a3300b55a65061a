// What the base model was trained to do, by which what is kept is measured, in the words of the page.

const hiddenWords = {
    learnt: "guess hidden words",
    heading: "Hidden words guessed right",
    how: "The same words are hidden from both",
    label: "Hidden words guessed",
    kept: "Kept: hidden words guessed",
    right: "Guessed right",
    loss: "Loss of the guesses",
    windows: "window",
    item: "A hidden word's",
};

const objectives = {
    masked_tokens: hiddenWords,
    next_token: {
        ...hiddenWords,
        learnt: "guess how a text goes on",
        heading: "Next words guessed right",
        how: "Both guess each word from those before it",
        label: "Next words guessed",
    kept: "Kept: next words guessed",
        item: "A next word's",
    },
    sentence_pairs: {
        learnt: "give sentences vectors that lie near each other where the sentences belong together",
        heading: "Neighbouring sentences found",
        how: "By its vector, each sentence looks for its neighbour in the text, among up to 50",
        label: "Neighbouring sentences found",
    kept: "Kept: neighbours found",
        right: "Found",
        loss: "Loss of the choice",
        windows: "pair",
        item: "A sentence's",
    },
};

/** The words for a retention; where nothing could be asked for, those of hidden words. */
export const objective = (retention) => objectives[retention?.objective] ?? hiddenWords;
