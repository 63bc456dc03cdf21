// Works out once what one visitor and one referrer mean: a batch asks before it looks for referrers, and again afterwards.
import type { Attribution, Visitor } from '../model.ts';

interface Input {
  visitor?: Visitor | undefined;
  referrer?: string | undefined;
}

type Attribute = (input: Input) => Attribution;

/** The same answers. They are remembered for as long as the visitor is. */
export function attributeOnce(attribute: Attribute): Attribute {
  const known = new WeakMap<Visitor, Map<string | undefined, Attribution>>();
  return (input) => {
    const { visitor, referrer } = input;
    if (!visitor) return attribute(input);
    const answers = known.get(visitor) ?? new Map<string | undefined, Attribution>();
    known.set(visitor, answers);
    const answer = answers.get(referrer) ?? attribute(input);
    answers.set(referrer, answer);
    return answer;
  };
}
