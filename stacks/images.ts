import { allFacts, comesWith, type ServiceImage } from "../components/services.ts";
import type { Settings } from "./settings.ts";

/** The images that a real host of an environment needs: as the program places them (a test holds both together). */
export const imagesOf = ({ roles }: Settings["hosts"][number]): ServiceImage[] => [
  ...new Set(allFacts.filter((facts) => facts.everywhere || comesWith(facts, roles)).map(({ image }) => image.name)),
];
