/** Where something was written. */
export interface Place {
  /** The file as the settings name it. */
  file: string;
  /** From 1. */
  line: number;
}

export const placeText = ({ file, line }: Place): string => `${file}:${line}`;
